import { and, desc, eq, inArray, isNull, lt } from 'drizzle-orm'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import type { createExport, listExports as endpoint, getExport } from '#contract/exports.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { addJob } from '../../../outbox/outbox.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace, subtractStorage } from '../../workspaces/storage.ts'
import { exports, models } from '../table.ts'
import { given } from '../views.ts'
import type { SeenModel } from '../visible.ts'

type View = Reply<typeof getExport>['export']
type Row = { export: typeof exports.$inferSelect; modelName: string }

const viewOf = ({ export: row, modelName }: Row): View => ({
  _id: row.id,
  modelId: row.modelId,
  modelName,
  format: row.format,
  args: row.args,
  status: row.status,
  ...given({
    gpuType: row.gpuType,
    error: row.error,
    sizeBytes: row.sizeBytes,
    completedAt: row.completedAt?.toISOString() ?? null,
  }),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** Exports of the workspace, newest first. Those of a model in the trash went along with it. */
export const listExports = async (
  { workspace: { cell, id } }: Actor,
  { modelId, limit, cursor }: Parsed<typeof endpoint, 'query'>,
): Promise<Reply<typeof endpoint>> => {
  const rows = await cell.db
    .select({ export: exports, modelName: models.name })
    .from(exports)
    .innerJoin(models, and(eq(models.id, exports.modelId), isNull(models.trashedAt)))
    .where(
      and(
        eq(exports.workspaceId, id),
        modelId === undefined ? undefined : eq(exports.modelId, modelId),
        // Ids begin with their time, so they are in the order of creation.
        cursor === undefined ? undefined : lt(exports.id, cursor),
      ),
    )
    .orderBy(desc(exports.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { exports: page.map(viewOf), ...(last ? { nextCursor: last.export.id } : {}) }
}

/** An export of the workspace. Refuses with export_not_found. */
export const findExport = async (
  { workspace: { cell, id: workspaceId } }: Actor,
  exportId: string,
): Promise<View> => {
  const [row] = await cell.db
    .select({ export: exports, modelName: models.name })
    .from(exports)
    .innerJoin(models, and(eq(models.id, exports.modelId), isNull(models.trashedAt)))
    .where(and(eq(exports.id, exportId), eq(exports.workspaceId, workspaceId)))
  if (!row) throw refuse('export_not_found')
  return viewOf(row)
}

/** Whether an export could begin: refuses with weights_not_ready, invalid_request, export_in_flight. And then with
 *  runtime_not_configured, for nothing here converts models. */
export const startExport = async (
  { workspace: { cell } }: Actor,
  { model }: SeenModel,
  { format, gpuType }: Pick<Parsed<typeof createExport, 'body'>, 'format' | 'gpuType'>,
): Promise<never> => {
  if (format === 'engine' && gpuType === undefined)
    throw refuse('invalid_request', { message: 'gpuType: an engine is made for one kind of GPU; name it' })
  if (!model.weightsUploadId) throw refuse('weights_not_ready')
  const [twin] = await cell.db
    .select({ id: exports.id })
    .from(exports)
    .where(
      and(
        eq(exports.modelId, model.id),
        eq(exports.format, format),
        inArray(exports.status, ['queued', 'starting', 'running']),
      ),
    )
  if (twin) throw refuse('export_in_flight')
  throw refuse('runtime_not_configured', {
    message: 'This installation has no machine that converts models',
  })
}

/** Deletes an export for good: the row, what it counted for, and by a job its file. Refuses with export_not_found. */
export const deleteExport = async (actor: Actor, exportId: string, at: Date): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  await findExport(actor, exportId)
  await cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    const [gone] = await tx
      .delete(exports)
      .where(and(eq(exports.id, exportId), eq(exports.workspaceId, workspaceId)))
      .returning()
    if (!gone) throw refuse('export_not_found')
    await subtractStorage(tx, workspaceId, { exports: gone.sizeBytes ?? 0 })
    if (gone.fileKey) await addJob(tx, 'remove-file', { region: cell.region, key: gone.fileKey })
    await recordActivity(tx, 'export/deleted', doerOf(actor), { id: gone.id, name: gone.format }, at)
  })
}
