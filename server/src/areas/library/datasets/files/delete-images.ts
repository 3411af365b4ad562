import { inArray, type SQL } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { Tx } from '../../../../cells/database.ts'
import { lockWorkspace, subtractStorage } from '../../../workspaces/storage.ts'
import { datasetImages } from '../../table.ts'
import { releaseFiles } from './release-files.ts'

/** Deletes some of the images that `which` names, at most `limit`, and lets go of their files. Returns how many these were, what they
 *  counted, which the caller takes off the storage of the workspace, whose lock it holds, and the files that go with them. */
export const deleteImages = async (
  tx: Tx,
  cell: Cell,
  which: SQL | undefined,
  limit: number,
  at: Date,
): Promise<{ count: number; bytes: number; unusedFiles: string[] }> => {
  const some = tx.select({ id: datasetImages.id }).from(datasetImages).where(which).limit(limit)
  const gone = await tx
    .delete(datasetImages)
    .where(inArray(datasetImages.id, some))
    .returning({ fileId: datasetImages.fileId, sizeBytes: datasetImages.sizeBytes })
  const unusedFiles = await releaseFiles(
    tx,
    cell,
    gone.map(({ fileId }) => fileId),
    at,
  )
  return { count: gone.length, bytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), unusedFiles }
}

const deletedAtOnce = 200

/** Deletes all images that `which` names, some at a time, and takes them off the storage of their workspace. `hold` is asked before each
 *  step, in its transaction. */
export const deleteInSteps = async (
  cell: Cell,
  workspaceId: string,
  which: SQL | undefined,
  at: Date,
  hold?: (tx: Tx) => Promise<void>,
): Promise<void> => {
  for (let left = deletedAtOnce; left === deletedAtOnce; )
    left = await cell.db.transaction(async (tx) => {
      await lockWorkspace(tx, workspaceId)
      await hold?.(tx)
      const { count, bytes } = await deleteImages(tx, cell, which, deletedAtOnce, at)
      await subtractStorage(tx, workspaceId, { datasets: bytes })
      return count
    })
}
