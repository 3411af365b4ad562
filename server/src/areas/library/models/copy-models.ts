import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { isCopyleft } from '#contract/library-fields.ts'
import { may } from '#contract/permissions.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedWithin } from '../../../door/helpful.ts'
import { addJob } from '../../../outbox/outbox.ts'
import type { CurrentAllowances } from '../../workspaces/allowances.ts'
import { addStorage } from '../../workspaces/storage.ts'
import { type ModelRow, models, type ProjectRow, uploads } from '../table.ts'
import type { SeenProject } from '../visible.ts'
import { insertModel, requireRoomForModels } from './create-model.ts'
import { chartOf, type ReadCharts } from './list-models.ts'

/** What a copy keeps of its original. Who made it, its dataset, its stars and its history are not part of it. */
const copied = [
  'slug',
  'name',
  'task',
  'classNames',
  'epochs',
  'currentEpoch',
  'bestEpoch',
  'bestFitness',
  'metrics',
  'description',
  'color',
  'metadata',
  'license',
  'licenseLocked',
  'trainArgs',
  'trainResults',
  'version',
] as const

/** A model that is copied, as it was read. */
export type Original = Pick<ModelRow, (typeof copied)[number]> & {
  weights: { uploadId: string; filename: string; sizeBytes: number } | null
}

const pickCopied = (model: ModelRow): Pick<ModelRow, (typeof copied)[number]> =>
  Object.fromEntries(copied.map((field) => [field, model[field]])) as unknown as ModelRow

/** Refuses with permission_denied what somebody sees and may not take with them: copying is downloading (SPEC 4.4). */
export const requireCopyable = (actor: Actor, seen: SeenProject): void => {
  if (seen.project.visibility === 'public') return
  if (!(seen.role && may(seen.role, 'library.download'))) throw deniedWithin(actor, seen, 'library.download')
}

/** The completed models of a project, or those of them that are asked for, oldest first, with how their metrics went. */
export const readOriginals = async (
  { cell, project }: SeenProject,
  { ids, limit }: { ids?: readonly string[]; limit: number },
  readCharts: ReadCharts,
): Promise<Original[]> => {
  const rows = await cell.db
    .select({ model: models, upload: uploads })
    .from(models)
    .leftJoin(uploads, eq(uploads.id, models.weightsUploadId))
    .where(
      and(
        eq(models.projectId, project.id),
        eq(models.status, 'completed'),
        isNull(models.trashedAt),
        ids ? inArray(models.id, [...ids]) : undefined,
      ),
    )
    .orderBy(asc(models.createdAt), asc(models.id))
    .limit(limit)
  const charts = await readCharts(
    cell,
    rows.map(({ model }) => model.id),
  )
  return rows.map(({ model, upload }) => ({
    ...pickCopied(model),
    trainResults: chartOf(model, charts),
    license: model.license ?? project.license,
    licenseLocked: model.licenseLocked || isCopyleft(model.license ?? project.license ?? ''),
    weights:
      upload && upload.sizeBytes !== null
        ? { uploadId: upload.id, filename: upload.filename, sizeBytes: upload.sizeBytes }
        : null,
  }))
}

/** Writes copies into a project of the workspace, counts them and their weights against its limits, and leaves the bytes to a job. The
 *  caller holds the lock of the workspace, and has given each a free slug. Refuses with model_limit_reached, storage_limit_exceeded. */
export const writeCopies = async (
  tx: Tx,
  {
    actor,
    from,
    project,
    allowances,
  }: { actor: Actor; from: Cell; project: ProjectRow; allowances: CurrentAllowances },
  originals: readonly Original[],
  at: Date,
): Promise<ModelRow[]> => {
  await requireRoomForModels(tx, project.workspaceId, allowances, originals.length)
  const bytes = originals.reduce((sum, { weights }) => sum + (weights?.sizeBytes ?? 0), 0)
  await addStorage(tx, project.workspaceId, allowances, { models: bytes })
  const copies: ModelRow[] = []
  for (const { weights, ...original } of originals) {
    const copy = await insertModel(tx, project, { ...original, status: 'completed' }, at)
    copies.push(copy)
    if (!weights) continue
    const id = makeId(at)
    const { filename, sizeBytes } = weights
    const { workspaceId } = project
    await tx.insert(uploads).values({
      id,
      workspaceId,
      modelId: copy.id,
      startedBy: actor.userId,
      filename,
      state: 'stored',
      sizeBytes,
      createdAt: at,
      expiresAt: at,
    })
    const to = actor.workspace.cell.id
    await addJob(tx, 'copy-weights', {
      fromCell: from.id,
      fromUpload: weights.uploadId,
      toCell: to,
      toUpload: id,
    })
  }
  return copies
}
