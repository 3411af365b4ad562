import { and, eq, inArray } from 'drizzle-orm'
import type { IngestOptions } from '#contract/dataset-fields.ts'
import type { Tx } from '../../../../cells/database.ts'
import { makeId } from '../../../../crypto/token.ts'
import type { Actor } from '../../../../door/actor.ts'
import { refuse } from '../../../../door/refusal.ts'
import { addJob } from '../../../../outbox/outbox.ts'
import { type DatasetRow, datasets } from '../../table.ts'
import { findSession } from '../../uploads/view-session.ts'
import { findLastJob, lockActiveJob } from '../jobs.ts'
import { datasetJobs } from '../table.ts'
import { lockDataset } from '../update-dataset.ts'
import { limits } from './limits.ts'

type Asked = IngestOptions & {
  sessionId?: string | undefined
  sourceUrl?: string | undefined
  reference?: string | undefined
}

/** Has a job take an uploaded file into a dataset. Returns the job's id. Refuses with source_not_fetched, upload_not_found,
 *  upload_not_complete, dataset_busy, workspace_busy, and invalid_request for a video or a file of another dataset. */
export const beginIngest = async (
  actor: Actor,
  datasetId: string,
  { sessionId, sourceUrl, reference, ...options }: Asked,
  at: Date,
): Promise<string> => {
  if (sourceUrl !== undefined || reference !== undefined) throw refuse('source_not_fetched')
  if (sessionId === undefined)
    throw refuse('invalid_request', { message: 'sessionId: the session of a completed upload is missing' })
  const upload = await findSession(actor, sessionId)
  if (upload.datasetId !== datasetId)
    throw refuse('invalid_request', { message: 'sessionId: this file was uploaded for something else' })
  if (upload.assetType === 'videos')
    throw refuse('invalid_request', {
      message: 'sessionId: videos are kept, and not taken apart into images',
    })
  if (upload.state !== 'stored') throw refuse('upload_not_complete')
  return actor.workspace.cell.db.transaction(async (tx) => {
    const dataset = await lockDataset(tx, actor.workspace.id, datasetId)
    return queueJob(tx, actor, dataset, { kind: 'ingest', uploadId: upload.id, options }, at)
  })
}

type NewJob = Pick<
  typeof datasetJobs.$inferInsert,
  'kind' | 'uploadId' | 'source' | 'options' | 'plan' | 'total'
>

/** Writes a job for a dataset, which is processing from here on. The caller holds the locks. Refuses with dataset_busy,
 *  workspace_busy. */
export const queueJob = async (
  tx: Tx,
  { userId, workspace }: Actor,
  { id: datasetId, revision }: DatasetRow,
  job: NewJob,
  at: Date,
): Promise<string> => {
  if (await lockActiveJob(tx, datasetId)) throw refuse('dataset_busy')
  const open = await tx.$count(
    datasetJobs,
    and(eq(datasetJobs.workspaceId, workspace.id), inArray(datasetJobs.state, ['queued', 'running'])),
  )
  if (open >= limits.jobsMax) throw refuse('workspace_busy')
  const id = makeId(at)
  const last = await findLastJob(tx, datasetId)
  await tx.insert(datasetJobs).values({
    ...job,
    id,
    workspaceId: workspace.id,
    datasetId,
    state: 'queued',
    // Never one that was there before: what a worker still knows of a job that failed must not be this one's.
    revision: Math.max(revision, last?.revision ?? 0) + 1,
    createdBy: userId,
    createdAt: at,
  })
  await tx.update(datasets).set({ status: 'processing' }).where(eq(datasets.id, datasetId))
  await askToWork(tx, workspace.cell.id, id)
  return id
}

/** Has a worker do, or go on with, a job. */
export const askToWork = (tx: Tx, cellId: string, jobId: string): Promise<void> =>
  addJob(tx, 'work-on-dataset', { cellId, jobId }, `work-on-dataset:${jobId}`)
