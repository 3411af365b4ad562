import { and, eq, isNull, lte } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import { inLivingWorkspace } from '../../../workspaces/in-living-workspace.ts'
import { datasetImages, datasets } from '../../table.ts'
import { imageFiles } from '../table.ts'

/** The file of an image that a dataset shows, or has shown in a version. */
export const findImage = async (
  { db }: Cell,
  imageId: string,
): Promise<typeof imageFiles.$inferSelect | undefined> => {
  const [row] = await db
    .select({ file: imageFiles })
    .from(datasetImages)
    .innerJoin(imageFiles, eq(imageFiles.id, datasetImages.fileId))
    .innerJoin(
      datasets,
      and(
        eq(datasets.id, datasetImages.datasetId),
        isNull(datasets.trashedAt),
        lte(datasetImages.addedRevision, datasets.revision),
      ),
    )
    .where(and(eq(datasetImages.id, imageId), inLivingWorkspace(datasets.workspaceId)))
  return row?.file
}
