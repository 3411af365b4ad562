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

/** The images of another dataset as they were at a revision, `total` of them, those before `skip` passed over. What it replaces meanwhile is
 *  kept for this (`dropReplaced`). Refuses when it went, or when images are missing nonetheless. */
export async function* imagesOfDataset(
  house: Pick<House, 'cells' | 'files' | 'keyRing'>,
  to: Cell,
  { cellId, datasetId, revision }: CloneSource,
  { skip, total }: { skip: number; total: number },
  keep: KeepBytes,
): AsyncGenerator<Item> {
  const from = house.cells.get(cellId)
  let number = skip
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
    number += rows.length
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) break
    after = last.image.id
  }
  if (number < total) throw new FileRefused('The original was changed while it was copied')
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
