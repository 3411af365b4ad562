import { sql } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'

/** The next workspaces, by id after `after`, with something in the trash that was put there at `until` or before, and is not doomed. */
export const listExpiring = (cell: Cell, until: Date, after: string): Promise<string[]> =>
  idsOf(
    cell,
    sql`select distinct workspace_id from trash_items
      where doomed_at is null and trashed_at <= ${until} and workspace_id > ${after} order by 1 limit 100`,
  )

/** The same with something that is going for good. Usually a job is at it. */
export const listPurging = (cell: Cell, after: string): Promise<string[]> =>
  idsOf(
    cell,
    sql`select workspace_id from (
        select workspace_id from trash_items where doomed_at is not null and workspace_id > ${after}
        union
        select workspace_id from trash_emptyings as emptied
        where workspace_id > ${after} and exists (
          select from trash_items where trash_items.workspace_id = emptied.workspace_id and seq <= up_to)
      ) as purging order by 1 limit 100`,
  )

/** Forgets emptyings that are over; the newest of a workspace stays, for it says up to where its trash was emptied. */
export const sweepEmptyings = async (cell: Cell, before: Date): Promise<void> => {
  await cell.db.execute(sql`
    delete from trash_emptyings as old where started_at < ${before} and exists (
      select from trash_emptyings as newer where newer.workspace_id = old.workspace_id and newer.started_at > old.started_at)`)
}

const idsOf = async (cell: Cell, query: ReturnType<typeof sql>): Promise<string[]> => {
  const { rows } = await cell.db.execute<{ workspace_id: string }>(query)
  return rows.map((row) => row.workspace_id)
}
