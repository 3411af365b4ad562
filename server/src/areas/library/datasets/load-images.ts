import { and, asc, eq, lte, type SQL } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { datasetImages } from '../table.ts'
import { imageFiles } from './table.ts'

/** How many bytes of labels are in memory at once, if no single image has more. */
const labelBytesAtOnce = 4 * 2 ** 20

type ShownImage = { image: typeof datasetImages.$inferSelect; width: number | null; height: number | null }

/** The first of these images by id, at most `limit`, and fewer where their labels are long. `hasMore` tells whether some are left. */
export const loadImages = async (
  { db }: Cell,
  which: SQL | undefined,
  limit: number,
): Promise<{ images: ShownImage[]; hasMore: boolean }> => {
  const near = await db
    .select({ id: datasetImages.id, labelBytes: datasetImages.labelBytes })
    .from(datasetImages)
    .where(which)
    .orderBy(asc(datasetImages.id))
    .limit(limit + 1)
  const count = fittingCount(near.slice(0, limit))
  const last = near[count - 1]
  if (!last) return { images: [], hasMore: false }
  const images = await db
    .select({ image: datasetImages, width: imageFiles.width, height: imageFiles.height })
    .from(datasetImages)
    .innerJoin(imageFiles, eq(imageFiles.id, datasetImages.fileId))
    .where(and(which, lte(datasetImages.id, last.id)))
    .orderBy(asc(datasetImages.id))
    .limit(count)
  return { images, hasMore: count < near.length }
}

const fittingCount = (near: readonly { labelBytes: number }[]): number => {
  let bytes = 0
  const tooMuch = near.findIndex(({ labelBytes }, index) => {
    bytes += labelBytes
    return index > 0 && bytes > labelBytesAtOnce
  })
  return tooMuch < 0 ? near.length : tooMuch
}
