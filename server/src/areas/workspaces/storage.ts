import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import { refuse } from '../../door/refusal.ts'
import { allowancesOf, type CurrentAllowances, needsPlan } from './allowances.ts'
import { type WorkspaceRow, workspaces } from './table.ts'

/** What is stored, by category (SPEC 11.1), in bytes. */
export type StoredBytes = { models: number; datasets: number; exports: number }

const totalOf = ({ models = 0, datasets = 0, exports = 0 }: Partial<StoredBytes>): number =>
  models + datasets + exports

/** The counters of a workspace, moved by so many bytes. The total is the sum of the others at every moment, unless it has drifted. */
export const moved = (by: Partial<StoredBytes>, totalBy = totalOf(by)) => ({
  storageBytes: sql`${workspaces.storageBytes} + ${totalBy}::bigint`,
  modelBytes: sql`${workspaces.modelBytes} + ${by.models ?? 0}::bigint`,
  datasetBytes: sql`${workspaces.datasetBytes} + ${by.datasets ?? 0}::bigint`,
  exportBytes: sql`${workspaces.exportBytes} + ${by.exports ?? 0}::bigint`,
})

/** Counts so many bytes more in the workspace, in the transaction that stores them. Refuses with storage_limit_exceeded when the plan's
 *  limit (SPEC 7) would be passed; nothing is counted then. */
export const addStorage = async (
  tx: Tx,
  workspaceId: string,
  { storageBytesMax, nextPlan }: CurrentAllowances,
  by: Partial<StoredBytes>,
): Promise<void> => {
  const fits =
    storageBytesMax === null
      ? undefined
      : lte(sql`${workspaces.storageBytes} + ${totalOf(by)}::bigint`, storageBytesMax)
  const counted = await tx
    .update(workspaces)
    .set(moved(by))
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

/** Counts so many bytes less, in the transaction that takes them away. */
export const subtractStorage = async (
  tx: Tx,
  workspaceId: string,
  { models = 0, datasets = 0, exports = 0 }: Partial<StoredBytes>,
): Promise<void> => {
  if (totalOf({ models, datasets, exports }) === 0) return
  await tx
    .update(workspaces)
    .set(moved({ models: -models, datasets: -datasets, exports: -exports }))
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

/** What a workspace takes, and what it may. A counter that has drifted below nothing shows nothing. */
export const loadStorage = async (
  db: Db,
  workspaceId: string,
  at: Date,
): Promise<{ allowances: CurrentAllowances; totalBytes: number; stored: StoredBytes }> => {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId))
  if (!row) throw refuse('workspace_not_found')
  return {
    allowances: allowancesOf(row, at),
    totalBytes: Math.max(0, row.storageBytes),
    stored: {
      models: Math.max(0, row.modelBytes),
      datasets: Math.max(0, row.datasetBytes),
      exports: Math.max(0, row.exportBytes),
    },
  }
}
