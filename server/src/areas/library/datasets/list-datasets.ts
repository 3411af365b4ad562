import { and, count, eq, exists, isNull, type SQL, sql } from 'drizzle-orm'
import type { Region } from '#contract/common.ts'
import type { DatasetStatus } from '#contract/dataset-fields.ts'
import type { listDatasets as endpoint, getDataset } from '#contract/datasets.ts'
import type { Reply } from '#contract/endpoint.ts'
import type { DatasetSort } from '#contract/library-fields.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { locateWorkspace } from '../../workspaces/find-membership.ts'
import { nameHolds, orderOfDatasets, requireInReach } from '../list-order.ts'
import { listStarred } from '../stars.ts'
import { datasetStars, datasets } from '../table.ts'
import { datasetView, jobView, lacksOf, listedColumns } from './dataset-view.ts'
import { findLastJob } from './jobs.ts'
import { listSamples } from './list-images.ts'
import type { SeenDataset } from './seen-dataset.ts'
import { findNewestVersion, isUnchanged } from './versions.ts'

type Needs = Pick<House, 'cells' | 'directory' | 'siteUrl' | 'keyRing'>
type DatasetList = Reply<typeof endpoint>
type Wanted = {
  limit: number
  cursor?: string | undefined
  q?: string | undefined
  sort?: DatasetSort
  offset?: number
  task?: string | undefined
  status?: DatasetStatus | undefined
  visibility?: 'public' | 'private' | undefined
  slug?: string | undefined
  region?: Region | undefined
  starred?: boolean | undefined
  includeSamples?: boolean | undefined
  includeImageUrls?: boolean | undefined
}

/** Datasets of the workspace; with `username`, those of that person or team which the reader may see. Refuses with page_out_of_range, and
 *  with invalid_request a cursor in another order than it was made in. */
export const listDatasets = async (
  house: Needs,
  reader: Actor | null,
  { username, ...wanted }: Wanted & { username?: string | undefined },
  at: Date,
): Promise<DatasetList> => {
  if (reader && (username === undefined || username === reader.workspace.username)) {
    const { cell, id: workspaceId, username: own } = reader.workspace
    const of = { cell, workspaceId, username: own, publicOnly: false }
    return listOf(house, of, reader.userId, wanted, at)
  }
  if (username === undefined) throw refuse('authentication_required')
  const place = await locateWorkspace(house, username)
  if (!place) throw refuse('workspace_not_found')
  return listOf(house, { ...place, username, publicOnly: true }, reader?.userId, wanted, at)
}

type Of = { cell: Cell; workspaceId: string; username: string; publicOnly: boolean }

const listOf = async (
  house: Needs,
  { cell, workspaceId, username, publicOnly }: Of,
  userId: string | undefined,
  wanted: Wanted,
  at: Date,
): Promise<DatasetList> => {
  const { limit, cursor, region, sort = 'updated', offset = 0, includeSamples, includeImageUrls } = wanted
  requireInReach(offset, limit)
  if (cursor !== undefined && (sort !== 'updated' || offset > 0))
    throw refuse('invalid_request', { message: 'cursor: goes with neither another sort nor an offset' })
  if (region !== undefined && region !== cell.region) return { datasets: [], total: 0, region: cell.region }
  const matching = and(
    eq(datasets.workspaceId, workspaceId),
    isNull(datasets.trashedAt),
    publicOnly ? eq(datasets.visibility, 'public') : undefined,
    wanted.starred ? starredBy(cell, userId) : undefined,
    ...narrowed(wanted),
  )
  const rows = await cell.db
    .select(listedColumns)
    .from(datasets)
    .where(and(matching, cursor === undefined ? undefined : after(cursor)))
    .orderBy(...orderOfDatasets(sort))
    .limit(limit + 1)
    .offset(offset)
  const page = rows.slice(0, limit)
  const last = sort === 'updated' && rows.length > limit ? page.at(-1) : undefined
  const ids = page.map(({ id }) => id)
  const wantsSamples = includeSamples || includeImageUrls
  const [[total], stars, samples] = await Promise.all([
    cell.db.select({ n: count() }).from(datasets).where(matching),
    listStarred(cell.db, 'dataset', ids, userId),
    wantsSamples ? listSamples(house, cell, ids, includeImageUrls ?? false, at) : undefined,
  ])
  return {
    datasets: page.map((row) => ({
      ...datasetView(row, { username, isStarred: stars.has(row.id) }),
      ...(samples ? { sampleImages: samples.get(row.id) ?? [] } : {}),
    })),
    total: total?.n ?? 0,
    region: cell.region,
    ...(last ? { nextCursor: `${last.updatedAt.getTime()}.${last.id}` } : {}),
  }
}

const narrowed = ({ q, slug, task, status, visibility }: Wanted): (SQL | undefined)[] => [
  nameHolds(datasets, q),
  slug === undefined ? undefined : eq(datasets.slug, slug),
  task === undefined ? undefined : eq(datasets.task, task),
  status === undefined ? undefined : eq(datasets.status, status),
  visibility === undefined ? undefined : eq(datasets.visibility, visibility),
]

const starredBy = (cell: Cell, userId: string | undefined): SQL =>
  exists(
    cell.db
      .select({ id: datasetStars.resourceId })
      .from(datasetStars)
      .where(and(eq(datasetStars.resourceId, datasets.id), eq(datasetStars.userId, userId ?? ''))),
  )

/** What comes after a cursor of ours: the time of the last change, and the id. */
const after = (cursor: string): SQL => {
  const [, ms, id] = /^(\d{1,13})\.([0-9a-f]{24})$/.exec(cursor) ?? []
  if (ms === undefined || id === undefined)
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  return sql`(${datasets.updatedAt}, ${datasets.id}) < (${new Date(Number(ms)).toISOString()}::timestamptz, ${id})`
}

/** A dataset with all that is known of it. */
export const viewDataset = async (
  house: Needs,
  { cell, dataset, username, role }: SeenDataset,
  userId: string | undefined,
  at: Date,
): Promise<Extract<Reply<typeof getDataset>, { dataset: unknown }>> => {
  const [stars, samples, job, newest] = await Promise.all([
    listStarred(cell.db, 'dataset', [dataset.id], userId),
    listSamples(house, cell, [dataset.id], true, at),
    // What goes on behind it is the business of its members.
    role === null ? undefined : findLastJob(cell.db, dataset.id),
    findNewestVersion(cell.db, dataset.id),
  ])
  const lacks = lacksOf(dataset)
  const view = datasetView(dataset, { username, isStarred: stars.has(dataset.id) })
  return {
    dataset: {
      ...view,
      metadata: dataset.metadata,
      ...(dataset.kptShape ? { kptShape: dataset.kptShape } : {}),
      sampleImages: samples.get(dataset.id) ?? [],
      trainable: dataset.status === 'ready' && lacks.length === 0,
      lacks,
      ...(job ? { job: jobView(job) } : {}),
      ...(newest
        ? { latestVersion: { version: newest.version, unchanged: isUnchanged(dataset, newest) } }
        : {}),
    },
    isOwner: role === 'owner',
  }
}
