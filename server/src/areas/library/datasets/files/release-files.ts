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
 *  them: the sweep comes back to these. Rows are held while their bytes go, so nobody can begin to show what is half gone. */
export const dropFiles = async (
  { files }: Pick<House, 'files'>,
  cell: Cell,
  ids: readonly string[],
): Promise<void> => {
  for (let start = 0; start < ids.length; start += removedAtOnce)
    await cell.db.transaction(async (tx) => {
      const unused = await tx
        .select({ id: imageFiles.id })
        .from(imageFiles)
        .where(
          and(
            inArray(imageFiles.id, ids.slice(start, start + removedAtOnce)),
            isNotNull(imageFiles.unusedSince),
          ),
        )
        .for('update', { skipLocked: true })
      const gone = unused.map(({ id }) => id)
      if (gone.length === 0) return
      // All of them end before the rows are let go of, also where one fails.
      const removals = await Promise.allSettled(gone.map((id) => files.remove(cell.region, fileKey(id))))
      const failed = removals.find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
      await tx.delete(imageFiles).where(inArray(imageFiles.id, gone))
    })
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
