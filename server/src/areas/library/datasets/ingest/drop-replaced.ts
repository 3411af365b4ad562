import { and, eq, gt, inArray, isNotNull, lte, not, notExists, or, type SQL, sql } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { House } from '../../../../house.ts'
import { datasetImages, datasets } from '../../table.ts'
import { deleteInSteps } from '../files/delete-images.ts'
import { type DatasetJobRow, datasetJobs, datasetVersions } from '../table.ts'

/** Deletes the images that were replaced in the dataset of a job, or in the original of a copy, unless a version keeps them or a copy that
 *  is still made needs them: that one lets go of them at its end. Safe to repeat. */
export const dropReplaced = async (
  { cells }: Pick<House, 'cells'>,
  here: Cell,
  { source, datasetId }: DatasetJobRow,
  at: Date,
): Promise<void> => {
  const cell = source ? cells.get(source.cellId) : here
  const [dataset] = await cell.db
    .select({ id: datasets.id, workspaceId: datasets.workspaceId, revision: datasets.revision })
    .from(datasets)
    .where(eq(datasets.id, source?.datasetId ?? datasetId))
  if (!dataset) return
  const replaced = and(
    eq(datasetImages.datasetId, dataset.id),
    isNotNull(datasetImages.removedRevision),
    lte(datasetImages.removedRevision, dataset.revision),
    isInNoVersion(cell),
  )
  const some = await cell.db.select({ id: datasetImages.id }).from(datasetImages).where(replaced).limit(1)
  // Other cells are asked only where it matters.
  if (some.length === 0) return
  const copied = await copiedRevisions(cells.all, dataset.id)
  const isCopied = or(
    ...copied.map((revision) =>
      and(lte(datasetImages.addedRevision, revision), gt(datasetImages.removedRevision, revision)),
    ),
  )
  await deleteInSteps(cell, dataset.workspaceId, and(replaced, isCopied && not(isCopied)), at)
}

const isInNoVersion = ({ db }: Cell): SQL =>
  notExists(
    db
      .select({ id: datasetVersions.id })
      .from(datasetVersions)
      .where(
        and(
          eq(datasetVersions.datasetId, datasetImages.datasetId),
          sql`${datasetVersions.revision} >= ${datasetImages.addedRevision}`,
          gt(datasetImages.removedRevision, datasetVersions.revision),
        ),
      ),
  )

/** The revisions of a dataset that copies are being made of, in any cell. */
const copiedRevisions = async (cells: readonly Cell[], datasetId: string): Promise<number[]> => {
  const found = await Promise.all(
    cells.map(({ db }) =>
      db
        .select({ source: datasetJobs.source })
        .from(datasetJobs)
        .where(
          and(
            inArray(datasetJobs.state, ['queued', 'running']),
            eq(datasetJobs.kind, 'clone'),
            sql`${datasetJobs.source}->>'datasetId' = ${datasetId}`,
          ),
        ),
    ),
  )
  return [...new Set(found.flat().flatMap(({ source }) => (source ? [source.revision] : [])))]
}
