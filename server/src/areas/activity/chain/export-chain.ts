import type pg from 'pg'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { eventFields, genesisHash, type StoredEvent, storedEventSql } from './canonical-event.ts'
import { type ExportLine, exportForm } from './export-form.ts'
import { type Checkpoint, signed } from './signed.ts'
import { signingKeyOf } from './signing-key.ts'
import { listCheckpoints } from './take-checkpoints.ts'

/** The cell of the workspace, the directory, and the keys to sign with. */
export type ChainStores = { cell: pg.Pool; directory: pg.Pool; keyRing: KeyRing }

/** Links read at once. */
const pageMax = 1000

/** The chain of a workspace as it is now, with the checkpoints of both stores, line by line. It is told as it was found: whether it is
 *  whole is for `verifyExport` to say. */
export async function* exportChain(
  { cell, directory, keyRing }: ChainStores,
  workspaceId: string,
  at: Date,
): AsyncGenerator<ExportLine> {
  // Before the head, so that none of them can be ahead of it by right.
  const checkpoints = distinct([
    ...(await listCheckpoints(cell, workspaceId)),
    ...(await listCheckpoints(directory, workspaceId)),
  ])
  const head = await findHead(cell, workspaceId)
  const footer = signed(signingKeyOf(keyRing), 'footer', { workspaceId, ...head, at })
  yield {
    kind: 'header',
    form: exportForm,
    workspaceId,
    publicKeys: keysOf([...checkpoints, footer]),
  }
  yield* checkpoints
  let before = 0
  for (let read = pageMax; read === pageMax; ) {
    const { rows } = await cell.query<LinkRow>(
      `select l.position, encode(l.hash, 'hex') as hash, l.event_id, ${storedEventSql}
       from activity_links l left join activity_events e on e.id = l.event_id
       where l.workspace_id = $1 and l.position > $2 and l.position <= $3 order by l.position limit ${pageMax}`,
      [workspaceId, before, head.position],
    )
    for (const row of rows) yield lineOf(row)
    read = rows.length
    before = Number(rows.at(-1)?.position)
  }
  yield footer
}

/** Where the chain of a workspace ends; before its first event that is its genesis. */
const findHead = async (cell: pg.Pool, workspaceId: string): Promise<{ position: number; hash: string }> => {
  const { rows } = await cell.query<{ position: string; hash: string }>(
    `select position, encode(hash, 'hex') as hash from activity_heads where workspace_id = $1`,
    [workspaceId],
  )
  const [head] = rows
  return { position: Number(head?.position ?? 0), hash: head?.hash ?? genesisHash(workspaceId) }
}

type LinkRow = StoredEvent & { position: string; hash: string; event_id: string }

const lineOf = (row: LinkRow): ExportLine => {
  const position = Number(row.position)
  const { hash } = row
  if (row.id === null) return { kind: 'missing', position, hash, eventId: row.event_id }
  const event = Object.fromEntries(eventFields.map((field) => [field, row[field]])) as StoredEvent
  return { kind: 'event', position, hash, event }
}

/** In the order of the chain, each once. Two that differ are both told. */
const distinct = (checkpoints: readonly Checkpoint[]): Checkpoint[] =>
  [...new Map(checkpoints.map((checkpoint) => [JSON.stringify(checkpoint), checkpoint])).values()].sort(
    (one, other) => one.position - other.position,
  )

const keysOf = (signatures: readonly { keyVersion: number; publicKey: string }[]) =>
  [
    ...new Map(
      signatures.map(({ keyVersion, publicKey }) => [
        `${keyVersion} ${publicKey}`,
        { keyVersion, publicKey },
      ]),
    ).values(),
  ].sort((one, other) => one.keyVersion - other.keyVersion)
