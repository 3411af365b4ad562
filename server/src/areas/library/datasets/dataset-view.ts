import { getTableColumns, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Dataset, DatasetJob, Lack } from '#contract/dataset-fields.ts'
import { type DatasetRow, datasets } from '../table.ts'
import { given } from '../views.ts'
import type { LastJob } from './jobs.ts'

/** What a row alone does not tell of a dataset. */
export type DatasetAround = { username: string; isStarred: boolean }

/** What lists read of datasets: of the names of classes, which can be many, the first hundred. */
export const listedColumns = {
  ...getTableColumns(datasets),
  classNames: sql<string[]>`jsonb_path_query_array(${datasets.classNames}, '$[0 to 99]')`,
}

/** A dataset as lists show it, with the names it was read with. */
export const datasetView = (
  dataset: DatasetRow,
  { username, isStarred }: DatasetAround,
): z.input<typeof Dataset> => ({
  _id: dataset.id,
  name: dataset.name,
  slug: dataset.slug,
  ...(dataset.description ? { description: dataset.description } : {}),
  task: dataset.task,
  visibility: dataset.visibility,
  username,
  status: dataset.status,
  imageCount: dataset.imageCount,
  annotationCount: dataset.annotationCount,
  totalBytes: dataset.imageBytes,
  classCount: dataset.classCount,
  classNames: dataset.classNames,
  splits: { train: dataset.trainCount, val: dataset.valCount, test: dataset.testCount },
  labelledCount: dataset.labelledCount,
  tags: dataset.tags,
  ...given({ license: dataset.license }),
  licenseLocked: dataset.licenseLocked,
  starCount: dataset.starCount,
  isStarred,
  createdAt: dataset.createdAt.toISOString(),
  updatedAt: dataset.updatedAt.toISOString(),
})

/** What a training still misses (SPEC 15.5). */
export const lacksOf = (dataset: DatasetRow): Lack[] => [
  ...(dataset.trainCount > 0 ? [] : (['train'] as const)),
  ...(dataset.valCount + dataset.testCount > 0 ? [] : (['val'] as const)),
  ...(dataset.labelledCount > 0 ? [] : (['labels'] as const)),
  ...(dataset.classCount > 0 ? [] : (['classNames'] as const)),
  ...(dataset.task !== 'pose' || dataset.kptShape ? [] : (['kptShape'] as const)),
]

const statusOf = {
  queued: 'queued',
  running: 'running',
  tidying: 'running',
  failing: 'running',
  done: 'completed',
  failed: 'failed',
} as const

export const jobView = (job: LastJob): z.input<typeof DatasetJob> => ({
  jobId: job.id,
  kind: job.kind,
  status: statusOf[job.state],
  processed: job.processed,
  ...given({ total: job.total, error: job.error }),
  skipped: Object.values(job.report.skipped ?? {}).reduce((sum, each) => sum + each, 0),
  report: job.report,
  createdAt: job.createdAt.toISOString(),
  ...(job.endedAt ? { endedAt: job.endedAt.toISOString() } : {}),
})
