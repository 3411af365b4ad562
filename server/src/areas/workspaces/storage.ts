import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import { refuse } from '../../door/refusal.ts'
import { allowancesOf, type CurrentAllowances, needsPlan } from './allowances.ts'
import { type WorkspaceRow, workspaces } from './table.ts'

/** Counts `bytes` more in the workspace, in the transaction that stores them. Refuses with storage_limit_exceeded when the plan's
 *  limit (SPEC 7) would be passed; nothing is counted then. */
export const addStorage = async (
  tx: Tx,
  workspaceId: string,
  { storageBytesMax, nextPlan }: CurrentAllowances,
  bytes: number,
): Promise<void> => {
  const fits =
    storageBytesMax === null ? undefined : lte(sql`${workspaces.storageBytes} + ${bytes}`, storageBytesMax)
  const counted = await tx
    .update(workspaces)
    .set({ storageBytes: sql`${workspaces.storageBytes} + ${bytes}` })
    .where(and(eq(workspaces.id, workspaceId), fits))
    .returning({ id: workspaces.id })
  if (counted.length === 0) throw refuse('storage_limit_exceeded', needsPlan(nextPlan))
}

/** The row of a workspace, locked for the rest of the transaction: limits are counted, and members changed, one change at a time. Where
 *  several rows are locked the order is workspace, run, upload, model; this comes first. Refuses with workspace_not_found. */
export const lockWorkspace = async (tx: Tx, workspaceId: string): Promise<WorkspaceRow> => {
  const [row] = await tx
    .select()
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)))
    .for('no key update')
  if (!row) throw refuse('workspace_not_found')
  return row
}

/** The same, for what it may have. */
export const lockAllowances = async (tx: Tx, workspaceId: string, at: Date): Promise<CurrentAllowances> =>
  allowancesOf(await lockWorkspace(tx, workspaceId), at)

/** Counts `bytes` less. */
export const subtractStorage = async (tx: Tx, workspaceId: string, bytes: number): Promise<void> => {
  await tx
    .update(workspaces)
    .set({ storageBytes: sql`greatest(0, ${workspaces.storageBytes} - ${bytes})` })
    .where(eq(workspaces.id, workspaceId))
}

/** Refuses early with storage_limit_exceeded when `bytes` more would not fit; `addStorage` decides in the end. */
export const requireStorage = async (db: Db, workspaceId: string, bytes: number, at: Date): Promise<void> => {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId))
  if (!row) throw refuse('workspace_not_found')
  const { storageBytesMax, nextPlan } = allowancesOf(row, at)
  if (storageBytesMax !== null && row.storageBytes + bytes > storageBytesMax)
    throw refuse('storage_limit_exceeded', needsPlan(nextPlan))
}
