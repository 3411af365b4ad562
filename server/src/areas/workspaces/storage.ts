import { and, eq, lte, sql } from 'drizzle-orm'
import type { Plan } from '#contract/common.ts'
import { plans } from '#contract/plans.ts'
import type { Db, Tx } from '../../cells/database.ts'
import { refuse } from '../../door/refusal.ts'
import { workspaces } from './table.ts'

/** Counts `bytes` more in the workspace, in the transaction that stores them. Refuses with storage_limit_exceeded when the plan's
 *  limit (SPEC 7) would be passed; nothing is counted then. */
export const addStorage = async (tx: Tx, workspaceId: string, plan: Plan, bytes: number): Promise<void> => {
  const max = plans[plan].storageBytesMax
  const fits = max === null ? undefined : lte(sql`${workspaces.storageBytes} + ${bytes}`, max)
  const counted = await tx
    .update(workspaces)
    .set({ storageBytes: sql`${workspaces.storageBytes} + ${bytes}` })
    .where(and(eq(workspaces.id, workspaceId), fits))
    .returning({ id: workspaces.id })
  if (counted.length === 0) throw refuse('storage_limit_exceeded')
}

/** The plan of a workspace, and a lock on its row for the rest of the transaction: limits are counted one change at a time. Where
 *  several rows are locked the order is workspace, run, upload, model; this comes first. */
export const lockPlan = async (tx: Tx, workspaceId: string): Promise<Plan> => {
  const [row] = await tx
    .select({ plan: workspaces.plan })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for('no key update')
  if (!row) throw refuse('workspace_not_found')
  return row.plan
}

/** Counts `bytes` less. */
export const subtractStorage = async (tx: Tx, workspaceId: string, bytes: number): Promise<void> => {
  await tx
    .update(workspaces)
    .set({ storageBytes: sql`greatest(0, ${workspaces.storageBytes} - ${bytes})` })
    .where(eq(workspaces.id, workspaceId))
}

/** Refuses early with storage_limit_exceeded when `bytes` more would not fit; `addStorage` decides in the end. */
export const requireStorage = async (db: Db, workspaceId: string, bytes: number): Promise<void> => {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId))
  if (!row) throw refuse('workspace_not_found')
  const max = plans[row.plan].storageBytesMax
  if (max !== null && row.storageBytes + bytes > max) throw refuse('storage_limit_exceeded')
}
