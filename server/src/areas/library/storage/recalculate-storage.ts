import type { Cell } from '../../../cells/cells.ts'
import type { Actor } from '../../../door/actor.ts'
import { Refusal } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { claimRecalculation, correctStorage, listWorkspaceIds } from '../../workspaces/storage-checks.ts'
import { measureStorage } from './measure-storage.ts'

/** Counts again what a workspace takes, and returns what it is and how far the counter was off. Refuses with
 *  storage_recalculated_recently within a minute of the last time. */
export const recalculateStorage = async (
  { workspace }: Actor,
  at: Date,
): Promise<{ storageBytes: number; correctedBytes: number }> => {
  await claimRecalculation(workspace.cell.db, workspace.id, at)
  const { totalBytes, driftBytes } = await correctStorage(workspace.cell.db, workspace.id, measureStorage)
  return { storageBytes: totalBytes, correctedBytes: driftBytes }
}

/** Compares the counters of every workspace with what it stores, and corrects what has drifted. Drift is a fault of ours, so the log tells
 *  of each, and `note` hears how many bytes it was. */
export const reconcileStorage = async (
  { cells, log }: Pick<House, 'cells' | 'log'>,
  note: (bytes: number) => void,
): Promise<void> => {
  const done = await Promise.allSettled(cells.all.map((cell) => reconcileCell(cell, log, note)))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** A workspace that was erased since it was listed has no counter to correct. */
const ifGone = (error: unknown): { driftBytes: number } => {
  if (error instanceof Refusal && error.reason === 'workspace_not_found') return { driftBytes: 0 }
  throw error
}

const reconcileCell = async (cell: Cell, log: House['log'], note: (bytes: number) => void): Promise<void> => {
  for (let after = ''; ; ) {
    const ids = await listWorkspaceIds(cell.db, after)
    for (const workspaceId of ids) {
      const { driftBytes } = await correctStorage(cell.db, workspaceId, measureStorage).catch(ifGone)
      if (driftBytes === 0) continue
      log.warn({ cell: cell.id, workspaceId, driftBytes }, 'storage counter corrected')
      note(Math.abs(driftBytes))
    }
    const last = ids.at(-1)
    if (last === undefined) return
    after = last
  }
}
