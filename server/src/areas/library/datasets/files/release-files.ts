import { and, asc, eq, inArray, isNotNull, lt, notExists, type SQL } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { Db, Tx } from '../../../../cells/database.ts'
import { secondsAfter } from '../../../../clock.ts'
import type { House } from '../../../../house.ts'
import { addJob, type JobPayload } from '../../../../outbox/outbox.ts'
import { datasetImages } from '../../table.ts'
import { imageFiles } from '../table.ts'
import { fileKey } from './image-file.ts'

/** Lets go of files whose images were just deleted in this transaction: those that no image shows any more can from here on be found by
 *  nobody, and a job removes their bytes. Whoever shows the same picture at this moment waits for the commit, or is waited for, because
 *  both lock its row; so no picture loses bytes that somebody relies on. Returns the files that go. The caller holds the lock of the
 *  workspace. */
export const releaseFiles = async (
  tx: Tx,
  cell: Cell,
  fileIds: readonly string[],
  at: Date,
): Promise<string[]> => {
  const ids = [...new Set(fileIds)]
  if (ids.length === 0) return []
  // In the order in which they are locked everywhere. What was committed before is seen by the next statement.
  await tx
    .select({ id: imageFiles.id })
    .from(imageFiles)
    .where(inArray(imageFiles.id, ids))
    .orderBy(asc(imageFiles.id))
    .for('update')
  const unused = await tx
    .update(imageFiles)
    .set({ digest: null, unusedSince: at })
    .where(and(inArray(imageFiles.id, ids), isNotNull(imageFiles.digest), isUnshown(tx)))
    .returning({ id: imageFiles.id })
  const going = unused.map(({ id }) => id)
  if (going.length > 0) await addJob(tx, 'remove-image-files', { cellId: cell.id, ids: going.join(',') })
  return going
}

const isUnshown = (db: Db | Tx): SQL =>
  notExists(
    db.select({ id: datasetImages.id }).from(datasetImages).where(eq(datasetImages.fileId, imageFiles.id)),
  )

/** Job: removes the bytes of files that nothing shows, and then their rows, by which a crash in between is noticed. Safe to repeat. */
export const removeImageFiles = async (
  house: Pick<House, 'cells' | 'files'>,
  { cellId = '', ids = '' }: JobPayload,
): Promise<void> => {
  const cell = house.cells.get(cellId)
  await dropFiles(house, cell, ids.split(',').filter(Boolean))
}

/** How many files go at once: enough to hide the way to a store far away. */
const removedAtOnce = 8

/** The same of files by their ids; those that an image shows stay, and so do those that a transaction holds, which may be about to show
 *  them: the sweep comes back to these. Rows are marked before their bytes go, so nobody begins to show what may be half gone. */
export const dropFiles = async (
  { files }: Pick<House, 'files'>,
  cell: Cell,
  ids: readonly string[],
): Promise<void> => {
  if (ids.length === 0) return
  const free = cell.db
    .select({ id: imageFiles.id })
    .from(imageFiles)
    .where(and(inArray(imageFiles.id, [...ids]), isNotNull(imageFiles.unusedSince)))
    .for('update', { skipLocked: true })
  const marked = await cell.db
    .update(imageFiles)
    .set({ isGoing: true })
    .where(inArray(imageFiles.id, free))
    .returning({ id: imageFiles.id })
  const gone = marked.map(({ id }) => id)
  for (let start = 0; start < gone.length; start += removedAtOnce)
    await Promise.all(
      gone.slice(start, start + removedAtOnce).map((id) => files.remove(cell.region, fileKey(id))),
    )
  if (gone.length > 0) await cell.db.delete(imageFiles).where(inArray(imageFiles.id, gone))
}

/** How long a file may be on its way to be stored and shown. */
const pendingSeconds = 6 * 3600
const sweptAtOnce = 200

/** Removes files that were stored and never shown because a server died in between, and those whose removal failed. */
export const sweepImageFiles = async (house: Pick<House, 'cells' | 'files'>, at: Date): Promise<void> => {
  const before = secondsAfter(at, -pendingSeconds)
  for (const cell of house.cells.all)
    for (let left = sweptAtOnce; left === sweptAtOnce; ) {
      const rows = await cell.db
        .select({ id: imageFiles.id })
        .from(imageFiles)
        .where(lt(imageFiles.unusedSince, before))
        .limit(sweptAtOnce)
      await dropFiles(
        house,
        cell,
        rows.map(({ id }) => id),
      )
      left = rows.length
    }
}
