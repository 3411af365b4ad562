import { eq, inArray, sql } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { House } from '../../house.ts'
import { deleteImages } from './datasets/files/delete-images.ts'
import { dropFiles } from './datasets/files/release-files.ts'
import { datasetImages, exports, models, uploads } from './table.ts'
import { uploadKey } from './uploads/upload-key.ts'

/** How many files and rows go at a time. */
const batchMax = 200

/** Takes away everything that a workspace which is going has stored: weights, archives and the parts of what was never finished, images
 *  of datasets, exports. A few at a time, files first and then the rows that named them, so that it goes on where a crash stopped it. Safe
 *  to repeat. */
export const eraseFiles = async (
  house: Pick<House, 'files' | 'clock'>,
  cell: Cell,
  workspaceId: string,
): Promise<void> => {
  const { files } = house
  for (const take of [takeUploads, takeExports])
    for (let left = batchMax; left === batchMax; ) {
      const { keys, forget, found } = await take(cell, workspaceId)
      for (const key of keys) await files.remove(cell.region, key)
      if (found > 0) await forget()
      left = found
    }
  await eraseImages(house, cell, workspaceId)
}

/** Images go first and their bytes after them, for only then it is known which of these no other workspace shows. */
const eraseImages = async (
  { files, clock }: Pick<House, 'files' | 'clock'>,
  cell: Cell,
  workspaceId: string,
): Promise<void> => {
  const which = eq(datasetImages.workspaceId, workspaceId)
  for (let left = batchMax; left === batchMax; ) {
    const { count, unusedFiles } = await cell.db.transaction((tx) =>
      deleteImages(tx, cell, which, batchMax, clock.now()),
    )
    await dropFiles({ files }, cell, unusedFiles)
    left = count
  }
}

/** Some files of a workspace, and how to forget them once they are removed. */
type Batch = { keys: string[]; found: number; forget: () => Promise<unknown> }
type Take = (cell: Cell, workspaceId: string) => Promise<Batch>

const takeUploads: Take = async ({ db }, workspaceId) => {
  const batch = await db
    .select({ id: uploads.id, assetType: uploads.assetType })
    .from(uploads)
    .where(eq(uploads.workspaceId, workspaceId))
    .limit(batchMax)
  const ids = batch.map(({ id }) => id)
  const forget = () =>
    db.transaction(async (tx) => {
      await tx.update(models).set({ weightsUploadId: null }).where(inArray(models.weightsUploadId, ids))
      await tx.delete(uploads).where(inArray(uploads.id, ids))
    })
  return { keys: batch.map(uploadKey), found: batch.length, forget }
}

const takeExports: Take = async ({ db }, workspaceId) => {
  const batch = await db
    .select({ id: exports.id, key: exports.fileKey })
    .from(exports)
    .where(eq(exports.workspaceId, workspaceId))
    .limit(batchMax)
  const ids = batch.map(({ id }) => id)
  const forget = () => db.delete(exports).where(inArray(exports.id, ids))
  return { keys: batch.flatMap(({ key }) => key ?? []), found: batch.length, forget }
}

/** Takes away the models, datasets and projects of a workspace that is going, with all that hangs on them, a few at a time: what the
 *  last transaction has left to do is small. Its files went before. Safe to repeat. */
export const eraseLibrary = async (cell: Cell, workspaceId: string): Promise<void> => {
  for (const table of ['datasets', 'models', 'projects'])
    for (let gone = batchMax; gone === batchMax; ) {
      const name = sql.identifier(table)
      const { rowCount } = await cell.db.execute(sql`
        delete from ${name} where id in (
          select id from ${name} where workspace_id = ${workspaceId} limit ${batchMax})`)
      gone = rowCount ?? 0
    }
}
