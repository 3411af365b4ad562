import { sql } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import type { House } from '../../../house.ts'
import { groupOf } from '../feed/window.ts'
import { blockEvents } from './block-size.ts'
import { folded, groupPiece, piecesOf } from './pieces.ts'

/** As many newer events are looked through one by one. */
const waitingMin = 2 * blockEvents
/** How many events one statement counts, and how many blocks one run makes for a workspace before it looks at the next. */
const countBatch = 100_000
const blocksPerTurn = 64

/** Schedule: puts the names of new events into blocks. Safe to repeat and on any number of nodes; a feed answers right without it, and
 *  sooner with it. */
export const indexNames = async ({ cells }: Pick<House, 'cells'>): Promise<void> => {
  // Side by side, so that a cell that is away keeps no other waiting.
  const done = await Promise.allSettled(cells.all.map(indexCell))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

export const indexCell = async ({ db }: Pick<Cell, 'db'>): Promise<void> => {
  while ((await countWaiting(db)) === countBatch) {}
  for (;;) {
    const { rows } = await db.execute<{ id: string }>(
      sql`select workspace_id as id from activity_indexed where waiting >= ${waitingMin} order by waiting desc limit 100`,
    )
    let made = 0
    for (const { id } of rows) made += await db.transaction((tx) => makeBlocks(tx, id))
    if (made === 0) return
  }
}

/** Counts new events to their workspaces, up to where no open transaction can add one with a smaller `seq` any more. Returns how far it got. */
const countWaiting = (db: Db): Promise<number> =>
  db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ counted: string; noted: string; settled: boolean }>(sql`
      select counted_seq as counted, noted_seq as noted, noted_xact < pg_snapshot_xmin(pg_current_snapshot()) as settled
      from activity_counted for update skip locked`)
    const [state] = rows
    if (!state) return 0
    const [counted, noted] = [Number(state.counted), Number(state.noted)]
    if (!state.settled) return 0
    const upTo = Math.min(noted, counted + countBatch)
    if (upTo > counted) {
      await tx.execute(sql`
        insert into activity_indexed (workspace_id, waiting)
        select workspace_id, count(*) from activity_events where seq > ${counted} and seq <= ${upTo} group by workspace_id
        on conflict (workspace_id) do update set waiting = activity_indexed.waiting + excluded.waiting`)
      await tx.execute(sql`update activity_counted set counted_seq = ${upTo}`)
    }
    if (upTo === noted)
      await tx.execute(sql`
        update activity_counted set noted_xact = pg_current_xact_id(),
          noted_seq = coalesce((select max(seq) from activity_events), 0)`)
    return upTo - counted
  })

type Named = { seq: string; type: string; group: string; name: string | null }

/** Makes whole blocks of what waits in a workspace, oldest first. Returns how many. */
const makeBlocks = async (tx: Tx, workspaceId: string): Promise<number> => {
  const { rows: states } = await tx.execute<{ indexed: string; counted: string }>(sql`
    select indexed_seq as indexed, (select counted_seq from activity_counted) as counted
    from activity_indexed where workspace_id = ${workspaceId} for update skip locked`)
  const [state] = states
  if (!state) return 0
  const { rows } = await tx.execute<Named>(sql`
    select e.seq, e.resource_type as type, ${groupOf} as "group", e.resource_name as name from activity_events e
    where (e.workspace_id, e.seq) > (${workspaceId}, ${state.indexed}::bigint)
      and (e.workspace_id, e.seq) <= (${workspaceId}, ${state.counted}::bigint)
    order by e.workspace_id, e.seq limit ${blockEvents * blocksPerTurn}`)
  const whole = rows.length - (rows.length % blockEvents)
  for (let start = 0; start < whole; start += blockEvents)
    await keepBlock(tx, workspaceId, rows.slice(start, start + blockEvents))
  const last = rows[whole - 1]
  // What was taken back meanwhile was counted and is not there.
  const left = last ? sql`greatest(waiting - ${whole}, 0)` : sql`0`
  await tx.execute(sql`
    update activity_indexed set waiting = ${left}, indexed_seq = ${last?.seq ?? state.indexed}::bigint
    where workspace_id = ${workspaceId}`)
  return whole / blockEvents
}

const keepBlock = async (tx: Tx, workspaceId: string, events: readonly Named[]): Promise<void> => {
  const lines = events.map(({ type, name }) => lineOf(type, name))
  const seqs = events.map(({ seq }) => seq)
  const pieces = piecesOf(
    workspaceId,
    lines.flatMap((line) => line.split('\t')),
  )
  for (const { group } of events) pieces.add(groupPiece(workspaceId, group))
  await tx.execute(sql`
    insert into activity_blocks (workspace_id, last_seq, seqs, lines, pieces)
    values (${workspaceId}, ${seqs.at(-1)}::bigint, ${`{${seqs.join()}}`}::bigint[], ${lines.join('\n')},
      ${`{${[...pieces].join()}}`}::integer[])`)
}

/** Type and name as they are looked for. No word that somebody can search for reaches over the tab or the end of a line. */
const lineOf = (type: string, name: string | null): string =>
  `${type}\t${folded(name ?? '').replace(/[\t\n]/g, ' ')}`
