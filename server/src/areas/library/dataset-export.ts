import { Readable } from 'node:stream'
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import { secondsAfter } from '../../clock.ts'
import { signPath } from '../../crypto/signed-url.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { locateWorkspace } from '../workspaces/find-membership.ts'
import { inLivingWorkspace } from '../workspaces/in-living-workspace.ts'
import { datasetImages, datasets } from './table.ts'

const exportSeconds = 3600
/** A long download must not outlive its links (SPEC 16.6). */
const imageSeconds = 24 * 3600
const batchRows = 500

type DatasetRow = typeof datasets.$inferSelect

/** The signed NDJSON link of a dataset (SPEC 16.6): the caller's own, or a public one. Refuses with dataset_not_found alike for
 *  absent and invisible, and with dataset_not_ready while it is processing. */
export const datasetExportUrl = async (
  house: Pick<House, 'directory' | 'cells' | 'keyRing' | 'siteUrl'>,
  reader: Actor,
  { username, dataset: slug }: { username: string; dataset: string },
  at: Date,
): Promise<string> => {
  const place = await locateWorkspace(house, username)
  if (!place) throw refuse('dataset_not_found')
  const { cell, workspaceId } = place
  const [dataset] = await cell.db
    .select()
    .from(datasets)
    .where(and(eq(datasets.workspaceId, workspaceId), eq(datasets.slug, slug), isNull(datasets.trashedAt)))
  const visible = dataset && (dataset.visibility === 'public' || workspaceId === reader.workspace.id)
  if (!visible) throw refuse('dataset_not_found')
  if (dataset.status !== 'ready') throw refuse('dataset_not_ready')
  const path = `/api/files/${cell.id}/datasets/${dataset.id}/${slug}.ndjson`
  return house.siteUrl() + signPath(house.keyRing, 'GET', path, secondsAfter(at, exportSeconds))
}

/** The dataset that a link leads to, while it and its workspace are there. Refuses with dataset_not_found. */
export const findExported = async ({ db }: Cell, datasetId: string): Promise<DatasetRow> => {
  const [dataset] = await db
    .select()
    .from(datasets)
    .where(
      and(eq(datasets.id, datasetId), isNull(datasets.trashedAt), inLivingWorkspace(datasets.workspaceId)),
    )
  if (!dataset) throw refuse('dataset_not_found')
  return dataset
}

/** The NDJSON of a dataset as a stream: its record, then a line for each image with a signed link. */
export const streamDatasetExport = (
  house: Pick<House, 'keyRing' | 'siteUrl'>,
  cell: Cell,
  dataset: DatasetRow,
  at: Date,
): Readable => Readable.from(exportLines(house, cell, dataset, at))

async function* exportLines(
  { keyRing, siteUrl }: Pick<House, 'keyRing' | 'siteUrl'>,
  cell: Cell,
  dataset: DatasetRow,
  at: Date,
): AsyncGenerator<string> {
  const class_names = Object.fromEntries(dataset.classNames.map((name, index) => [String(index), name]))
  yield `${JSON.stringify({ type: 'dataset', task: dataset.task, name: dataset.name, class_names })}\n`
  const expiresAt = secondsAfter(at, imageSeconds)
  for (let after = ''; ; ) {
    const rows = await cell.db
      .select()
      .from(datasetImages)
      .where(and(eq(datasetImages.datasetId, dataset.id), gt(datasetImages.id, after)))
      .orderBy(asc(datasetImages.id))
      .limit(batchRows)
    for (const { id, file, split, width, height, annotations } of rows) {
      const url =
        siteUrl() +
        signPath(keyRing, 'GET', `/api/files/${cell.id}/images/${id}/${encodeURIComponent(file)}`, expiresAt)
      yield `${JSON.stringify({ type: 'image', file, url, split, ...(width && height ? { width, height } : {}), annotations })}\n`
    }
    const last = rows.at(-1)
    if (rows.length < batchRows || !last) return
    after = last.id
  }
}

export const imageKey = (imageId: string): string => `images/${imageId}`
