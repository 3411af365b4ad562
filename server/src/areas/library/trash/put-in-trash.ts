import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { TrashType } from '#contract/trash.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { callOffJob } from '../datasets/ingest/call-off-job.ts'
import { datasets, exports, models, projects, uploads } from '../table.ts'
import { dropUpload } from '../uploads/drop-upload.ts'
import { type TrashItemRow, trashItems } from './table.ts'

/** Ends what still trains the models that `which` names, a condition on their table: there may be any number. `app.ts` hands in the answer
 *  of training. Comes before models are written (lock order). */
export type EndRuns = (tx: Tx, doer: Doer, which: SQL | undefined, at: Date) => Promise<void>

/** Moves a project, model or dataset to the trash as one item: a project with the models that live in it. What of them still trains ends
 *  as cancelled. Returns how many models went along with a project. Refuses with project_not_found, model_not_found or dataset_not_found
 *  when it is there already. `more` goes into the metadata of the event. */
export const putInTrash = async (
  tx: Tx,
  endRuns: EndRuns,
  actor: Actor,
  { id, type }: { id: string; type: TrashType },
  at: Date,
  more: Record<string, unknown> = {},
): Promise<number> => {
  const workspaceId = actor.workspace.id
  await lockWorkspace(tx, workspaceId)
  const batchId = makeId(at)
  const batch = { trashedAt: at, trashBatchId: batchId }
  const { cell } = actor.workspace
  const going = await move[type]({ tx, cell, endRuns, doer: doerOf(actor), id, batch })
  const { name, slug, projectId, modelCount, sizeBytes } = going
  await tx.insert(trashItems).values({
    id: batchId,
    workspaceId,
    type,
    resourceId: id,
    projectId,
    name,
    slug,
    modelCount,
    sizeBytes,
    trashedBy: actor.userId,
    trashedAt: at,
  })
  const metadata = { ...(type === 'project' ? { cascadedModels: modelCount } : {}), batchId, ...more }
  await recordActivity(tx, `${type}/trashed`, doerOf(actor), { id, name, metadata }, at)
  return modelCount
}

type Move = {
  tx: Tx
  cell: Cell
  endRuns: EndRuns
  doer: Doer
  id: string
  batch: { trashedAt: Date; trashBatchId: string }
}
type Going = Pick<TrashItemRow, 'name' | 'slug' | 'projectId' | 'modelCount' | 'sizeBytes'>

const move: Record<TrashType, (move: Move) => Promise<Going>> = {
  async project({ tx, cell, endRuns, doer, id, batch }) {
    const living = and(
      eq(models.workspaceId, doer.workspaceId),
      eq(models.projectId, id),
      isNull(models.trashedAt),
    )
    await endRuns(tx, doer, living, batch.trashedAt)
    const inside = tx.select({ id: models.id }).from(models).where(living)
    await dropPending(tx, cell, inArray(uploads.modelId, inside))
    const [project] = await tx
      .update(projects)
      .set(batch)
      .where(and(eq(projects.id, id), eq(projects.workspaceId, doer.workspaceId), isNull(projects.trashedAt)))
      .returning()
    if (!project) throw refuse('project_not_found')
    const { rowCount } = await tx.update(models).set(batch).where(living)
    const sizeBytes = await bytesOfBatch(tx, batch.trashBatchId)
    return { ...project, projectId: null, modelCount: rowCount ?? 0, sizeBytes }
  },

  async model({ tx, cell, endRuns, doer, id, batch }) {
    const one = and(eq(models.id, id), eq(models.workspaceId, doer.workspaceId))
    await endRuns(tx, doer, one, batch.trashedAt)
    await dropPending(tx, cell, and(eq(uploads.workspaceId, doer.workspaceId), eq(uploads.modelId, id)))
    const [model] = await tx
      .update(models)
      .set(batch)
      .where(and(eq(models.id, id), eq(models.workspaceId, doer.workspaceId), isNull(models.trashedAt)))
      .returning()
    if (!model) throw refuse('model_not_found')
    return { ...model, modelCount: 0, sizeBytes: await bytesOfBatch(tx, batch.trashBatchId) }
  },

  async dataset({ tx, cell, doer, id, batch }) {
    await dropPending(tx, cell, and(eq(uploads.workspaceId, doer.workspaceId), eq(uploads.datasetId, id)))
    const [dataset] = await tx
      .update(datasets)
      .set(batch)
      .where(and(eq(datasets.id, id), eq(datasets.workspaceId, doer.workspaceId), isNull(datasets.trashedAt)))
      .returning()
    if (!dataset) throw refuse('dataset_not_found')
    await callOffJob(tx, cell, id)
    const [archives] = await tx
      .select({ bytes: sql`coalesce(sum(${uploads.sizeBytes}), 0)`.mapWith(Number) })
      .from(uploads)
      .where(eq(uploads.datasetId, id))
    const sizeBytes = dataset.imageBytes + (archives?.bytes ?? 0)
    return { ...dataset, projectId: null, modelCount: 0, sizeBytes }
  },
}

/** Gives up uploads that are still going on: nothing is added to what lies in the trash, so what is removed with it is known. */
const dropPending = async (tx: Tx, cell: Cell, which: SQL | undefined): Promise<void> => {
  const pending = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.state, 'pending'), which))
    .for('update')
  for (const upload of pending) await dropUpload(tx, cell, upload)
}

/** What the models of a batch take. */
const bytesOfBatch = async (tx: Tx, batchId: string): Promise<number> => {
  const inBatch = sql`(select id from models where trash_batch_id = ${batchId})`
  const { rows } = await tx.execute<{ bytes: string }>(sql`
    select coalesce(sum(size_bytes), 0) as bytes from (
      select size_bytes from ${uploads} where model_id in ${inBatch}
      union all select size_bytes from ${exports} where model_id in ${inBatch}
    ) as files`)
  return Number(rows[0]?.bytes ?? 0)
}
