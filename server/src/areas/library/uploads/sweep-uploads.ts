import { and, eq, lt } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import type { House } from '../../../house.ts'
import { uploads } from '../table.ts'
import { addressSeconds } from './receive-upload.ts'
import { uploadKey } from './upload-key.ts'

/** Removes uploads that were never finished, their parts, and whatever a crash left of them. */
export const sweepUploads = async (
  { cells, files }: Pick<House, 'cells' | 'files'>,
  at: Date,
): Promise<void> => {
  await Promise.all(cells.all.map((cell) => sweepCell(cell, files, at)))
  // By real time, as the store dates its files. Last, for some stores cannot tell what was begun.
  await files.sweep(secondsAfter(new Date(), -24 * 3600))
}

const sweptAtOnce = 1000

const sweepCell = async (cell: Cell, files: House['files'], at: Date): Promise<void> => {
  const stale = await cell.db
    .select({ id: uploads.id, assetType: uploads.assetType })
    .from(uploads)
    // What began to flow while it was still allowed to has an hour to end.
    .where(and(eq(uploads.state, 'pending'), lt(uploads.expiresAt, secondsAfter(at, -addressSeconds))))
    .limit(sweptAtOnce)
  for (const upload of stale) {
    await files.remove(cell.region, uploadKey(upload))
    await cell.db.delete(uploads).where(and(eq(uploads.id, upload.id), eq(uploads.state, 'pending')))
  }
  if (stale.length === sweptAtOnce) await sweepCell(cell, files, at)
}
