import { and, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import type { listDatasetImages as endpoint } from '#contract/dataset-contents.ts'
import type { Split } from '#contract/dataset-fields.ts'
import type { Reply } from '#contract/endpoint.ts'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { type DatasetRow, datasetImages } from '../table.ts'
import { imageUrl, thumbnailUrl } from './image-links.ts'
import { loadImages } from './load-images.ts'
import type { SeenDataset } from './seen-dataset.ts'

type Links = Pick<House, 'siteUrl' | 'keyRing'>

/** Images that a dataset had at a revision. */
export const shownAt = (datasetId: string, revision: number): SQL | undefined =>
  and(
    eq(datasetImages.datasetId, datasetId),
    lte(datasetImages.addedRevision, revision),
    or(isNull(datasetImages.removedRevision), gt(datasetImages.removedRevision, revision)),
  )

/** Images of a dataset in the order they came, with signed links; fewer than `limit` where their labels are long. */
export const listImages = async (
  house: Links,
  { cell, dataset }: SeenDataset,
  { split, limit, cursor }: { split?: Split | undefined; limit: number; cursor?: string | undefined },
  at: Date,
): Promise<Reply<typeof endpoint>> => {
  if (cursor !== undefined && !/^[0-9a-f]{24}$/.test(cursor))
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  const matching = and(
    shownAt(dataset.id, dataset.revision),
    split ? eq(datasetImages.split, split) : undefined,
  )
  const after = cursor === undefined ? undefined : gt(datasetImages.id, cursor)
  const { images, hasMore } = await loadImages(cell, and(matching, after), limit)
  const last = hasMore ? images.at(-1) : undefined
  return {
    images: images.map(({ image, width, height }) => ({
      _id: image.id,
      file: image.file,
      split: image.split,
      width: width ?? 0,
      height: height ?? 0,
      sizeBytes: image.sizeBytes,
      annotations: image.annotations,
      url: imageUrl(house, cell, image, at),
      thumbnailUrl: thumbnailUrl(house, cell, image, at),
    })),
    total: countShown(dataset, split),
    hasMore,
    ...(last ? { nextCursor: last.image.id } : {}),
  }
}

const countShown = (dataset: DatasetRow, split: Split | undefined): number =>
  split ? dataset[`${split}Count`] : dataset.imageCount

/** How many images stand for a dataset in lists. */
const samplesMax = 4

export type Sample = {
  _id: string
  file: string
  width: number
  height: number
  thumbnailUrl?: string
  url?: string
}

/** The first images of each of these datasets of a cell, by dataset. */
export const listSamples = async (
  house: Links,
  cell: Cell,
  datasetIds: readonly string[],
  withLinks: boolean,
  at: Date,
): Promise<Map<string, Sample[]>> => {
  if (datasetIds.length === 0) return new Map()
  const { rows } = await cell.db.execute<{
    dataset_id: string
    id: string
    file: string
    width: number
    height: number
  }>(sql`
    select d.id as dataset_id, i.id, i.file, f.width, f.height
    from datasets d cross join lateral (
      select id, file, file_id from dataset_images
      where dataset_id = d.id and added_revision <= d.revision
        and (removed_revision is null or removed_revision > d.revision)
      order by id limit ${samplesMax}
    ) as i join image_files f on f.id = i.file_id
    where d.id in (${sql.join(
      datasetIds.map((id) => sql`${id}`),
      sql`, `,
    )})
    order by i.id`)
  const samples = new Map<string, Sample[]>()
  for (const { dataset_id, id, file, width, height } of rows) {
    const links = withLinks
      ? {
          thumbnailUrl: thumbnailUrl(house, cell, { id, file }, at),
          url: imageUrl(house, cell, { id, file }, at),
        }
      : {}
    const of = samples.get(dataset_id) ?? []
    samples.set(dataset_id, [...of, { _id: id, file, width, height, ...links }])
  }
  return samples
}
