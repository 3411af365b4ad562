import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { Tx } from '../../../../cells/database.ts'
import type { House } from '../../../../house.ts'
import { recordActivity } from '../../../activity/record-activity.ts'
import { lockWorkspace } from '../../../workspaces/storage.ts'
import { type DatasetRow, datasetImages, datasets, uploads } from '../../table.ts'
import { dropUpload } from '../../uploads/drop-upload.ts'
import { deleteInSteps } from '../files/delete-images.ts'
import { type DatasetJobRow, datasetJobLabels, datasetJobs, type IngestPlan } from '../table.ts'
import { dropReplaced } from './drop-replaced.ts'
import { FileRefused } from './refused.ts'
import { holdJob, JobOvertaken } from './write-batch.ts'

/** Shows what a job has taken in, all at once, with the classes it brought; its file is given up. What images it replaced is left to
 *  `tidy`. Refuses a file of which nothing was taken in. Throws JobOvertaken. */
export const finishJob = async (
  cell: Cell,
  job: DatasetJobRow,
  plan: IngestPlan,
  at: Date,
): Promise<void> => {
  const counts = await countAt(cell, job, plan)
  await cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, job.workspaceId)
    const dataset = await holdJob(tx, job)
    if (counts.added === 0 && job.kind === 'ingest') throw new FileRefused(nothingWords(job))
    const { image_count, train, val, test, labelled, annotations } = counts
    await tx
      .update(datasets)
      .set({
        revision: job.revision,
        status: 'ready',
        imageCount: image_count,
        trainCount: train,
        valCount: val,
        testCount: test,
        labelledCount: labelled,
        annotationCount: annotations,
        task: plan.task,
        classNames: namesOf(plan, counts.class_max),
        kptShape: plan.kptShape,
        updatedAt: at,
      })
      .where(eq(datasets.id, dataset.id))
    await tx.update(datasetJobs).set({ state: 'tidying' }).where(eq(datasetJobs.id, job.id))
    await dropFile(tx, cell, job)
    if (job.kind === 'ingest') await tell(tx, job, dataset, counts.added, at)
  })
}

const nothingWords = ({ processed }: DatasetJobRow): string =>
  processed === 0
    ? 'The file holds no image'
    : 'No image of this file was taken in: all were there already, or could not be used'

const tell = (tx: Tx, job: DatasetJobRow, { id, name }: DatasetRow, added: number, at: Date): Promise<void> =>
  recordActivity(
    tx,
    'dataset/completed',
    { userId: job.createdBy, workspaceId: job.workspaceId },
    { id, name, metadata: { images: added, skipped: job.processed - added } },
    at,
  )

/** The uploaded file, which is no longer needed. */
const dropFile = async (tx: Tx, cell: Cell, { uploadId, workspaceId }: DatasetJobRow): Promise<void> => {
  if (uploadId === null) return
  const [upload] = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, uploadId), eq(uploads.workspaceId, workspaceId)))
  if (upload) await dropUpload(tx, cell, upload)
}

type Counts = {
  image_count: number
  added: number
  train: number
  val: number
  test: number
  labelled: number
  annotations: number
  class_max: number
}

/** What the dataset will show. Nobody else changes its images meanwhile. */
const countAt = async (
  { db }: Cell,
  { datasetId, revision }: DatasetJobRow,
  { isUnnamed }: IngestPlan,
): Promise<Counts> => {
  const labels = sql`(select coalesce(sum(case when jsonb_typeof(value) = 'array' then jsonb_array_length(value) end), 0)
    from jsonb_each(annotations))`
  // Only where numbers stand for names is each label looked at.
  const classMax = isUnnamed
    ? sql`(select coalesce(max(case when jsonb_typeof(one) = 'array' then (one->>0)::numeric::int
        else (one#>>'{}')::numeric::int end), -1)
        from jsonb_each(annotations) as kind, jsonb_array_elements(kind.value) as one)`
    : sql`-1`
  const { rows } = await db.execute<Record<keyof Counts, string | number | null>>(sql`
    select count(*) as image_count, count(*) filter (where added_revision = ${revision}) as added,
      count(*) filter (where split = 'train') as train, count(*) filter (where split = 'val') as val,
      count(*) filter (where split = 'test') as test, count(*) filter (where annotations <> '{}') as labelled,
      coalesce(sum(${labels}), 0) as annotations, coalesce(max(${classMax}), -1) as class_max
    from dataset_images where dataset_id = ${datasetId} and added_revision <= ${revision}
      and (removed_revision is null or removed_revision > ${revision})`)
  const [row] = rows
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)])) as Counts
}

/** Classes by number alone are called after it. */
const namesOf = ({ classNames, isUnnamed }: IngestPlan, classMax: number): string[] =>
  isUnnamed
    ? Array.from({ length: classMax + 1 }, (_, index) => classNames[index] ?? `class_${index}`)
    : classNames

/** Deletes images that a job replaced, or that waited for the copy it made, and the labels it had put aside; then the job is done. Safe to
 *  repeat. */
export const tidy = async (
  house: Pick<House, 'cells'>,
  cell: Cell,
  job: DatasetJobRow,
  at: Date,
): Promise<void> => {
  await dropReplaced(house, cell, job, at)
  await dropLabels(cell, job)
  await cell.db
    .update(datasetJobs)
    .set({ state: 'done', endedAt: at })
    .where(and(eq(datasetJobs.id, job.id), eq(datasetJobs.state, 'tidying')))
}

/** Takes back what a job has changed so far and says why: its images and their files, what it marked as replaced, the uploaded file. The
 *  dataset is as it was before; it has failed if it has no images. Safe to repeat. Throws JobOvertaken
 *  when another has ended it. */
export const takeBack = async (cell: Cell, job: DatasetJobRow, at: Date): Promise<void> => {
  const mine = and(eq(datasetImages.datasetId, job.datasetId), eq(datasetImages.addedRevision, job.revision))
  await deleteInSteps(cell, job.workspaceId, mine, at, (tx) => holdFailing(tx, job))
  await dropLabels(cell, job)
  await cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, job.workspaceId)
    await holdFailing(tx, job)
    const [dataset] = await tx
      .select()
      .from(datasets)
      .where(eq(datasets.id, job.datasetId))
      .for('no key update')
    if (!dataset) throw new JobOvertaken()
    await tx
      .update(datasetImages)
      .set({ removedRevision: null })
      .where(and(eq(datasetImages.datasetId, dataset.id), eq(datasetImages.removedRevision, job.revision)))
    await dropFile(tx, cell, job)
    await tx
      .update(datasets)
      .set({ status: dataset.imageCount > 0 ? 'ready' : 'failed' })
      .where(eq(datasets.id, dataset.id))
    const [ended] = await tx
      .update(datasetJobs)
      .set({ state: 'failed', endedAt: at })
      .where(eq(datasetJobs.id, job.id))
      .returning()
    if (!ended) return
    const doer = { userId: job.createdBy, workspaceId: job.workspaceId }
    const subject = { id: dataset.id, name: dataset.name, metadata: { error: ended.error } }
    await recordActivity(tx, 'dataset/failed', doer, subject, at)
  })
}

/** Locks a job that is still to be taken back; whoever finds that another has ended it stops here. */
const holdFailing = async (tx: Tx, { id }: DatasetJobRow): Promise<void> => {
  const [held] = await tx
    .select({ id: datasetJobs.id })
    .from(datasetJobs)
    .where(and(eq(datasetJobs.id, id), eq(datasetJobs.state, 'failing')))
    .for('no key update')
  if (!held) throw new JobOvertaken()
}

const dropLabels = async ({ db }: Cell, { id }: DatasetJobRow): Promise<void> => {
  const some = db
    .select({ path: datasetJobLabels.path })
    .from(datasetJobLabels)
    .where(eq(datasetJobLabels.jobId, id))
    .limit(5000)
  for (let left = 5000; left === 5000; ) {
    const { rowCount } = await db
      .delete(datasetJobLabels)
      .where(and(eq(datasetJobLabels.jobId, id), inArray(datasetJobLabels.path, some)))
    left = rowCount ?? 0
  }
}
