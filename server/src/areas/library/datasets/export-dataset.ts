import { Readable } from 'node:stream'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import { signPath } from '../../../crypto/signed-url.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { inLivingWorkspace } from '../../workspaces/in-living-workspace.ts'
import { datasetImages, datasets } from '../table.ts'
import { exportedNames } from './export-names.ts'
import { imageUrl } from './image-links.ts'
import { taskFirst } from './ingest/labels.ts'
import { shownAt } from './list-images.ts'
import { loadImages } from './load-images.ts'
import type { SeenDataset } from './seen-dataset.ts'
import { type DatasetHead, datasetVersions } from './table.ts'
import { findNewestVersion, findVersion, headOf, isUnchanged } from './versions.ts'

type Links = Pick<House, 'keyRing' | 'siteUrl'>

const exportSeconds = 3600
const batchRows = 500

/** A signed link to NDJSON. Its path ends in `{slug}.ndjson` (SPEC 16.6). */
const linkTo = (
  { keyRing, siteUrl }: Links,
  { cell, dataset: { slug } }: SeenDataset,
  place: `datasets/${string}` | `versions/${string}`,
  at: Date,
): string =>
  siteUrl() +
  signPath(keyRing, 'GET', `/api/files/${cell.id}/${place}/${slug}.ndjson`, secondsAfter(at, exportSeconds))

/** The link to a dataset as it stands. Refuses with dataset_not_ready while its images are taken in. */
export const datasetUrl = (house: Links, seen: SeenDataset, at: Date): string => {
  if (seen.dataset.status !== 'ready') throw refuse('dataset_not_ready')
  return linkTo(house, seen, `datasets/${seen.dataset.id}`, at)
}

export const versionUrl = (house: Links, seen: SeenDataset, version: { id: string }, at: Date): string =>
  linkTo(house, seen, `versions/${version.id}`, at)

/** What `GET …/export` answers, of the dataset as it stands or of one of its versions. Refuses with version_not_found, and with
 *  dataset_not_ready while its images are taken in: versions are there all the time. */
export const exportLink = async (house: Links, seen: SeenDataset, wanted: number | undefined, at: Date) => {
  if (wanted !== undefined) {
    const version = await findVersion(seen.cell.db, seen.dataset.id, wanted)
    return { downloadUrl: versionUrl(house, seen, version, at), version: version.version }
  }
  const newest = await findNewestVersion(seen.cell.db, seen.dataset.id)
  return {
    downloadUrl: datasetUrl(house, seen, at),
    cached: newest !== undefined && isUnchanged(seen.dataset, newest),
  }
}

/** What a link shows: the first line, and which images. */
export type Exported = { datasetId: string; revision: number; head: DatasetHead }

/** The dataset that a link leads to, while it and its workspace are there. Refuses with dataset_not_found. */
export const findExported = async ({ db }: Cell, datasetId: string): Promise<Exported> => {
  const [dataset] = await db
    .select()
    .from(datasets)
    .where(
      and(eq(datasets.id, datasetId), isNull(datasets.trashedAt), inLivingWorkspace(datasets.workspaceId)),
    )
  if (!dataset) throw refuse('dataset_not_found')
  return { datasetId, revision: dataset.revision, head: headOf(dataset) }
}

/** The same of a version. */
export const findExportedVersion = async ({ db }: Cell, versionId: string): Promise<Exported> => {
  const [row] = await db
    .select({
      datasetId: datasets.id,
      revision: datasetVersions.revision,
      head: datasetVersions.head,
    })
    .from(datasetVersions)
    .innerJoin(datasets, and(eq(datasets.id, datasetVersions.datasetId), isNull(datasets.trashedAt)))
    .where(and(eq(datasetVersions.id, versionId), inLivingWorkspace(datasets.workspaceId)))
  if (!row) throw refuse('dataset_not_found')
  return row
}

/** NDJSON as a stream: the record of the dataset, then a line for each image with a link that holds a day at least. What it says but for
 *  signatures is the same whenever it is asked for, since images of a revision never change. */
export const streamExport = (house: Links, cell: Cell, exported: Exported, at: Date): Readable =>
  Readable.from(exportLines(house, cell, exported, at))

async function* exportLines(
  house: Links,
  cell: Cell,
  { datasetId, revision, head }: Exported,
  at: Date,
): AsyncGenerator<string> {
  // Stored heads come back with their keys in another order.
  const { task, name, kpt_shape } = head
  const class_names = exportedNames(head.class_names)
  yield `${JSON.stringify({ type: 'dataset', task, name, class_names, ...(kpt_shape ? { kpt_shape } : {}) })}\n`
  for (let after = ''; ; ) {
    const which = and(shownAt(datasetId, revision), gt(datasetImages.id, after))
    const { images, hasMore } = await loadImages(cell, which, batchRows)
    for (const { image, width, height } of images) {
      const { file, split } = image
      const annotations = taskFirst(image.annotations, task)
      const url = imageUrl(house, cell, image, at)
      yield `${JSON.stringify({ type: 'image', file, url, split, width, height, annotations })}\n`
    }
    const last = images.at(-1)
    if (!hasMore || !last) return
    after = last.image.id
  }
}
