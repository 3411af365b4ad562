import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { House } from '../../../../house.ts'
import { inLivingWorkspace } from '../../../workspaces/in-living-workspace.ts'
import { datasetImages, datasets } from '../../table.ts'
import { shownAt } from '../list-images.ts'
import { type CloneSource, imageFiles } from '../table.ts'
import { fetchFrom } from './follow-link.ts'
import type { Item } from './item.ts'
import { FileRefused } from './refused.ts'
import type { KeepBytes } from './taking.ts'

const rowsAtOnce = 200

/** The images of another dataset as they were at a revision, those before `skip` passed over. Refuses when it went meanwhile. */
export async function* imagesOfDataset(
  house: Pick<House, 'cells' | 'files' | 'keyRing'>,
  to: Cell,
  { cellId, datasetId, revision }: CloneSource,
  skip: number,
  keep: KeepBytes,
): AsyncGenerator<Item> {
  const from = house.cells.get(cellId)
  for (let after = '', offset = skip; ; offset = 0) {
    await requireThere(from, datasetId)
    const rows = await from.db
      .select({ image: datasetImages, file: imageFiles })
      .from(datasetImages)
      .innerJoin(imageFiles, eq(imageFiles.id, datasetImages.fileId))
      .where(and(shownAt(datasetId, revision), gt(datasetImages.id, after)))
      .orderBy(asc(datasetImages.id))
      .offset(offset)
      .limit(rowsAtOnce)
    for (const { image, file } of rows)
      yield {
        name: image.file,
        split: image.split,
        file: image.file,
        keep: fetchFrom(house, from, to, file, keep),
        annotations: image.annotations,
        badLabels: 0,
      }
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) return
    after = last.image.id
  }
}

const requireThere = async ({ db }: Cell, datasetId: string): Promise<void> => {
  const [row] = await db
    .select({ id: datasets.id })
    .from(datasets)
    .where(
      and(eq(datasets.id, datasetId), isNull(datasets.trashedAt), inLivingWorkspace(datasets.workspaceId)),
    )
  if (!row) throw new FileRefused('The original was deleted while it was copied')
}
