import type { Cell } from '../cells/cells.ts'
import type { Tx } from '../cells/database.ts'
import { isOutcomeUnknown } from '../cells/pg-errors.ts'
import { refuse } from '../door/refusal.ts'
import type { Claim, Directory, EntryKey, Place } from './directory.ts'
import type { EntryKind, ReleasedBy } from './table.ts'

/** Makes something exist in both stores (ARCHITECTURE decision 3): reserves `keys`, lets `write` write the cell, confirms. `taken` names a
 *  kind that somebody already holds; `write` was not called then. What it returns is given back; `undefined` means that it wrote
 *  nothing, and the reservation is given up. When that lapsed meanwhile, `undo` takes the writing back and store_unavailable is refused. */
export const claimed = async <T>(
  directory: Directory,
  keys: readonly EntryKey[],
  place: Place,
  at: Date,
  { write, undo }: { write: () => Promise<T>; undo: () => Promise<unknown> },
): Promise<{ taken: EntryKind } | { taken?: undefined; written: T }> => {
  const claim = await directory.reserve(keys, place, at)
  if ('taken' in claim) return claim
  let written: T
  try {
    written = await write()
  } catch (error) {
    // When the store went away in the middle nobody knows whether the commit was heard: the claim is left to the janitor, who looks.
    if (!isOutcomeUnknown(error)) await directory.giveUp(claim.id)
    throw error
  }
  if (written === undefined) await directory.giveUp(claim.id)
  else if (!(await confirmSurely(directory, claim))) {
    await undo()
    throw refuse('store_unavailable', { retryAfter: 2 })
  }
  return { written }
}

/** A second try, since what is written cannot be told to the caller otherwise; the janitor confirms it later all the same. */
const confirmSurely = (directory: Directory, claim: Claim): Promise<boolean> =>
  directory.confirm(claim).catch(() => directory.confirm(claim))

/** Takes something away from both stores: `drop` does so in the cell and names the entries, which are released just before the commit,
 *  so that a refusal inside the transaction changes nothing and access ends before the answer. The janitor finishes what dies after
 *  that. Returns the result of `drop`. */
export const released = async <T>(
  directory: Directory,
  cell: Cell,
  by: ReleasedBy,
  at: Date,
  drop: (tx: Tx) => Promise<{ entries: readonly EntryKey[]; result: T }>,
): Promise<T> => {
  const { entries, result } = await cell.db.transaction(async (tx) => {
    const dropped = await drop(tx)
    await directory.release(dropped.entries, by, at)
    return dropped
  })
  // Access has ended. Entries that stay behind because the directory went away at this moment are forgotten by the janitor.
  await directory.forget(entries).catch(() => {})
  return result
}
