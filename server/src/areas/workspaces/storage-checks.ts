import { and, asc, eq, gt, isNull, lte, or } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import { secondsAfter } from '../../clock.ts'
import { refuse, refuseUntil } from '../../door/refusal.ts'
import { moved, type StoredBytes } from './storage.ts'
import { workspaces } from './table.ts'

const recalculatedEverySeconds = 60

/** Notes that somebody has the storage of a workspace counted again. Refuses with storage_recalculated_recently when that was less than
 *  a minute ago. */
export const claimRecalculation = async (db: Db, workspaceId: string, at: Date): Promise<void> => {
  const before = secondsAfter(at, -recalculatedEverySeconds)
  const [claimed] = await db
    .update(workspaces)
    .set({ storageRecalculatedAt: at })
    .where(
      and(
        eq(workspaces.id, workspaceId),
        or(isNull(workspaces.storageRecalculatedAt), lte(workspaces.storageRecalculatedAt, before)),
      ),
    )
    .returning({ id: workspaces.id })
  if (claimed) return
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId))
  const lastAt = row?.storageRecalculatedAt ?? at
  throw refuseUntil('storage_recalculated_recently', secondsAfter(lastAt, recalculatedEverySeconds), at)
}

const triesMax = 5

type Corrected = {
  totalBytes: number
  /** How far the counters were off, over all categories; 0 when they were right. */
  driftBytes: number
}

/** Compares the counters of a workspace with what `measure` finds, and moves them by the difference. Both are read from one snapshot, and
 *  counters change in the transactions of what they count: so the difference is exact, and holds while others store and delete. Nobody waits
 *  for it. Refuses with workspace_not_found. */
export const correctStorage = async (
  db: Db,
  workspaceId: string,
  measure: (tx: Tx, workspaceId: string) => Promise<StoredBytes>,
): Promise<Corrected> => {
  for (let tries = 0; tries < triesMax; tries++) {
    const { row, real } = await db.transaction(
      async (tx) => {
        const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, workspaceId))
        return { row, real: await measure(tx, workspaceId) }
      },
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    )
    if (!row) throw refuse('workspace_not_found')
    const by = {
      models: real.models - row.modelBytes,
      datasets: real.datasets - row.datasetBytes,
      exports: real.exports - row.exportBytes,
    }
    const totalBytes = real.models + real.datasets + real.exports
    const totalDrift = totalBytes - row.storageBytes
    const sizes = [by.models, by.datasets, by.exports].map(Math.abs)
    const driftBytes = Math.max(
      Math.abs(totalDrift),
      sizes.reduce((bytes, size) => bytes + size, 0),
    )
    if (driftBytes === 0) return { totalBytes, driftBytes }
    const corrected = await db
      .update(workspaces)
      .set({ ...moved(by, totalDrift), storageChecks: row.storageChecks + 1 })
      // Two that found the same drift correct it once.
      .where(and(eq(workspaces.id, workspaceId), eq(workspaces.storageChecks, row.storageChecks)))
      .returning({ id: workspaces.id })
    if (corrected.length > 0) return { totalBytes, driftBytes }
  }
  throw new Error('The storage counters were corrected by others each time')
}

const listedAtOnce = 500

/** The workspaces of a cell, by id after `after`, some at a time. */
export const listWorkspaceIds = async (db: Db, after: string): Promise<string[]> => {
  const rows = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(gt(workspaces.id, after), isNull(workspaces.deletedAt)))
    .orderBy(asc(workspaces.id))
    .limit(listedAtOnce)
  return rows.map(({ id }) => id)
}
