import { setTimeout as pause } from 'node:timers/promises'
import type { Cell } from '../../cells/cells.ts'
import { secondsAfter } from '../../clock.ts'
import { Refusal } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import type { JobPayload } from '../../outbox/outbox.ts'
import { askToPurge, doomExpired } from '../library/trash/doom.ts'
import { listExpiring, listPurging, sweepEmptyings } from '../library/trash/due-workspaces.ts'
import { dueSince } from '../library/trash/kept-days.ts'
import { purgeSlice } from '../library/trash/purge-slice.ts'
import { eraseRuns } from '../training/erase-runs.ts'

/** How long one job works before another takes its place, so that jobs of other kinds get their turn and a server can stop. */
const jobMsMax = 5000
/** The longest pause after a slice. */
const pauseMsMax = 500

/** Removes what is doomed in a workspace, slice by slice, and leaves as much time to everybody else as each slice took. Safe to repeat. */
export const purgeTrash = async (
  { cells, files, clock }: Pick<House, 'cells' | 'files' | 'clock'>,
  { cellId = '', workspaceId = '' }: JobPayload,
): Promise<void> => {
  const cell = cells.get(cellId)
  const endMs = performance.now() + jobMsMax
  let afterSeq = 0
  try {
    do {
      const beganMs = performance.now()
      const next = await purgeSlice({ files, clock }, cell, workspaceId, afterSeq, eraseRuns)
      if (next === undefined) return
      afterSeq = next
      await pause(Math.min(performance.now() - beganMs, pauseMsMax))
    } while (performance.now() < endMs)
    await cell.db.transaction((tx) => askToPurge(tx, cell, workspaceId))
  } catch (fault) {
    // The workspace went meanwhile, and took its trash along.
    if (!isGone(fault)) throw fault
  }
}

const isGone = (fault: unknown): boolean => fault instanceof Refusal && fault.reason === 'workspace_not_found'

/** How long one may ask how an emptying went. */
const emptyingDays = 31

/** Dooms what has been in the trash for 30 days, as of the last 03:00 UTC, and has whatever is doomed removed; also what a crash left
 *  undone. Cells go side by side, so that one that is away does not hold up the others. */
export const purgeDue = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  await Promise.all(
    cells.all.map(async (cell) => {
      await forEach(
        (after) => listExpiring(cell, dueSince(at), after),
        (workspaceId) => doomAll(cell, workspaceId, at),
      )
      await forEach(
        (after) => listPurging(cell, after),
        (workspaceId) => cell.db.transaction((tx) => askToPurge(tx, cell, workspaceId)),
      )
      await sweepEmptyings(cell, secondsAfter(at, -emptyingDays * 24 * 3600))
    }),
  )
}

const doomAll = async (cell: Cell, workspaceId: string, at: Date): Promise<void> => {
  try {
    while ((await doomExpired(cell, workspaceId, dueSince(at), at)) > 0);
  } catch (fault) {
    if (!isGone(fault)) throw fault
  }
}

/** Does something for each workspace of a list that comes in parts. */
const forEach = async (
  list: (after: string) => Promise<string[]>,
  work: (workspaceId: string) => Promise<void>,
): Promise<void> => {
  for (let after = ''; ; ) {
    const ids = await list(after)
    for (const id of ids) await work(id)
    const last = ids.at(-1)
    if (last === undefined) return
    after = last
  }
}
