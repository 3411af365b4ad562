import { and, asc, eq, gt, lt } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import type { House } from '../../../house.ts'
import { uploads } from '../table.ts'
import { addressSeconds } from './receive-upload.ts'
import { uploadKey } from './upload-key.ts'

/** Removes uploads that were never finished, their parts, and whatever a crash left of them. Throws at the end what went wrong with one of
 *  them; the others are removed nevertheless. */
export const sweepUploads = async (
  { cells, files }: Pick<House, 'cells' | 'files'>,
  at: Date,
): Promise<void> => {
  const done = await Promise.allSettled(cells.all.map((cell) => sweepCell(cell, files, at)))
  // By real time, as the store dates its files. Last, for some stores cannot tell what was begun.
  await files.sweep(secondsAfter(new Date(), -24 * 3600))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

const listedAtOnce = 1000

const sweepCell = async (cell: Cell, files: House['files'], at: Date): Promise<void> => {
  // What began to flow while it was still allowed to has an hour to end.
  const stale = and(eq(uploads.state, 'pending'), lt(uploads.expiresAt, secondsAfter(at, -addressSeconds)))
  const faults: unknown[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const listed = await cell.db
      .select({ id: uploads.id })
      .from(uploads)
      .where(and(stale, gt(uploads.id, after)))
      .orderBy(asc(uploads.id))
      .limit(listedAtOnce)
    for (const { id } of listed)
      await cell.db
        .transaction(async (tx) => {
          // Looked at again under its lock: it may have been completed since, or been given more time.
          const [upload] = await tx
            .select({ id: uploads.id, assetType: uploads.assetType })
            .from(uploads)
            .where(and(eq(uploads.id, id), stale))
            .for('update', { skipLocked: true })
          if (!upload) return
          await files.remove(cell.region, uploadKey(upload))
          await tx.delete(uploads).where(eq(uploads.id, id))
        })
        .catch((fault) => faults.push(fault))
    after = listed.length < listedAtOnce ? undefined : listed.at(-1)?.id
  }
  if (faults.length > 0) throw faults[0]
}
