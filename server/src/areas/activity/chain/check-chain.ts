import type pg from 'pg'
import { type ChainStores, exportChain } from './export-chain.ts'
import { writeLine } from './export-form.ts'
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
    ...(await compareStores(stores, workspaceId)),
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

/** Both stores must have the last checkpoint of each day, which neither takes away, as far as there was time to copy it. */
const compareStores = async ({ cell, directory }: ChainStores, workspaceId: string): Promise<string[]> => {
  const daily = `select max(position)::text as position from activity_checkpoints where workspace_id = $1`
  const byDay = `group by (created_at at time zone 'UTC')::date order by 1`
  const kept = await cell.query<{ position: string }>(`${daily} and copied ${byDay}`, [workspaceId])
  const copies = await directory.query<{ position: string }>(`${daily} ${byDay}`, [workspaceId])
  const lost = await firstLacking(directory, workspaceId, kept.rows)
  const removed = await firstLacking(cell, workspaceId, copies.rows)
  return [
    ...(lost === undefined ? [] : [`The directory has lost the checkpoint of position ${lost}.`]),
    ...(removed === undefined ? [] : [`The cell has lost the checkpoint of position ${removed}.`]),
  ]
}

const firstLacking = async (
  store: pg.Pool,
  workspaceId: string,
  checkpoints: readonly { position: string }[],
): Promise<string | undefined> => {
  const { rows } = await store.query<{ position: string }>(
    `select wanted.position from unnest($2::bigint[]) as wanted (position)
     where not exists (select from activity_checkpoints c where c.workspace_id = $1 and c.position = wanted.position)
     order by 1 limit 1`,
    [workspaceId, checkpoints.map(({ position }) => position)],
  )
  return rows[0]?.position
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
