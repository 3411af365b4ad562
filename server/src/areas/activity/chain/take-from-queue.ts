import { sql } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'

/** Keeps events out of the chain that are not part of it yet, and returns their seqs. Waits for a linker that is just taking them; those
 *  are linked then. */
export const takeFromQueue = async (
  tx: Tx,
  events: readonly { workspaceId: string; seq: number }[],
): Promise<number[]> => {
  if (events.length === 0) return []
  const workspaceIds = sql.param(events.map(({ workspaceId }) => workspaceId))
  const seqs = sql.param(events.map(({ seq }) => seq))
  const { rows } = await tx.execute<{ seq: string }>(sql`
    delete from activity_unlinked u using unnest(${workspaceIds}::text[], ${seqs}::bigint[]) as told (workspace_id, seq)
    where u.workspace_id = told.workspace_id and u.seq = told.seq returning u.seq`)
  return rows.map(({ seq }) => Number(seq))
}
