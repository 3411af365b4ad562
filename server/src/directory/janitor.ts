import type { Directory, Place, Unsettled } from './directory.ts'
import type { EntryKind, ReleasedBy } from './table.ts'

/** What an area tells the janitor about the things it registers in the directory. */
export type Settlement = {
  /** Whether the cell holds the subject, hence the crash came after the write. */
  isWritten(place: Place, entry: Unsettled): Promise<boolean>
  /** Finishes taking the subject away in the cell. Safe to repeat. */
  remove?(place: Place, by: ReleasedBy | null, at: Date, entry: Unsettled): Promise<void>
}

/** Finishes or undoes every change that a crash left half done: a reserved entry is confirmed when its cell was written and given
 *  up when it was not; a releasing one takes its subject out of the cell and goes. Safe to repeat and to run on several nodes. What
 *  cannot be settled now is left for the next time and keeps nothing else waiting; the first such fault is thrown at the end. */
export const settleDirectory = async (
  directory: Directory,
  settlements: Partial<Record<EntryKind, Settlement>>,
  at: Date,
): Promise<number> => {
  const kinds = Object.keys(settlements) as EntryKind[]
  const faults: unknown[] = []
  let found = 0
  for (let batch = batchMax; batch === batchMax; ) {
    // What could not be settled stays first in the order, and is stepped over.
    const unsettled = await directory.listUnsettled(kinds, at, { limit: batchMax, offset: faults.length })
    batch = unsettled.length
    found += batch
    for (const entry of unsettled) {
      const settlement = settlements[entry.kind]
      if (settlement) await settle(directory, settlement, entry, at).catch((error) => faults.push(error))
    }
  }
  if (faults.length > 0) throw faults[0]
  return found
}

const batchMax = 500

const settle = async (
  directory: Directory,
  settlement: Settlement,
  entry: Unsettled,
  at: Date,
): Promise<void> => {
  const place = { cellId: entry.cellId, subjectId: entry.subjectId }
  if (entry.state === 'reserved') {
    if (await settlement.isWritten(place, entry)) await directory.confirmUnsettled(entry.claimId)
    else await directory.giveUp(entry.claimId)
  } else {
    await settlement.remove?.(place, entry.releasedBy, at, entry)
    await directory.forget([entry])
  }
}
