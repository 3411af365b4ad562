import type pg from 'pg'
import { type ChainStores, exportChain } from './export-chain.ts'
import { writeLine } from './export-form.ts'
import { listCheckpoints } from './take-checkpoints.ts'
import { verifyExport } from './verify-export.ts'

/** Holds the chain of a workspace against its events, and against the checkpoints of cell and directory. Returns what is wrong as
 *  sentences, and the number of events that were found right. */
export const checkChain = async (
  stores: ChainStores,
  workspaceId: string,
  at: Date,
): Promise<{ events: number; problems: string[] }> => {
  const verdict = await verifyExport(written(stores, workspaceId, at))
  const problems = [
    ...(verdict.ok ? [] : [verdict.why]),
    ...(await findUnchained(stores.cell, workspaceId)),
    ...(await findUncopied(stores, workspaceId)),
  ]
  return { events: verdict.ok ? verdict.events : 0, problems }
}

async function* written(stores: ChainStores, workspaceId: string, at: Date): AsyncGenerator<string> {
  for await (const line of exportChain(stores, workspaceId, at)) yield writeLine(line)
}

/** Events that the feed shows and the chain will never hear of: somebody wrote them past the triggers. */
const findUnchained = async (cell: pg.Pool, workspaceId: string): Promise<string[]> => {
  const { rows } = await cell.query<{ id: string }>(
    `select e.id from activity_events e
     left join activity_links l on l.event_id = e.id and l.workspace_id = e.workspace_id
     left join activity_unlinked u on u.workspace_id = e.workspace_id and u.seq = e.seq
     where e.workspace_id = $1 and l.event_id is null and u.seq is null limit 1`,
    [workspaceId],
  )
  return rows.map(({ id }) => `The event ${id} is in the feed and not in the chain.`)
}

/** The two stores' checkpoints must be the same, as far as they had time to be copied. */
const findUncopied = async ({ cell, directory }: ChainStores, workspaceId: string): Promise<string[]> => {
  const { rows } = await cell.query<{ position: string }>(
    'select position from activity_checkpoints where workspace_id = $1 and copied order by position',
    [workspaceId],
  )
  const copies = new Set((await listCheckpoints(directory, workspaceId)).map(({ position }) => position))
  const lost = rows.find(({ position }) => !copies.has(Number(position)))
  const kept = new Set((await listCheckpoints(cell, workspaceId)).map(({ position }) => position))
  const removed = [...copies].find((position) => !kept.has(position))
  return [
    ...(lost ? [`The directory has lost the checkpoint of position ${lost.position}.`] : []),
    ...(removed === undefined ? [] : [`The cell has lost the checkpoint of position ${removed}.`]),
  ]
}

export const hasChain = async (cell: pg.Pool, workspaceId: string): Promise<boolean> => {
  const { rows } = await cell.query('select from activity_heads where workspace_id = $1', [workspaceId])
  return rows.length > 0
}

/** The workspaces of a cell that have a chain, a page at a time. */
export async function* listChains(cell: pg.Pool): AsyncGenerator<string> {
  let after = ''
  for (let read = 1; read > 0; ) {
    const { rows } = await cell.query<{ id: string }>(
      `select workspace_id as id from activity_heads where workspace_id > $1 order by workspace_id limit 1000`,
      [after],
    )
    for (const { id } of rows) yield id
    read = rows.length
    after = rows.at(-1)?.id ?? ''
  }
}
