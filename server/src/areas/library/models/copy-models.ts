import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { isCopyleft } from '#contract/library-fields.ts'
import { may } from '#contract/permissions.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedWithin } from '../../../door/helpful.ts'
import { addJob } from '../../../outbox/outbox.ts'
import type { CurrentAllowances } from '../../workspaces/allowances.ts'
import { addStorage } from '../../workspaces/storage.ts'
import { largeColumns, type ModelRow, models, type ProjectRow, uploads } from '../table.ts'
import type { SeenProject } from '../visible.ts'
import { insertModel, requireRoomForModels } from './create-model.ts'
import type { ReadCharts } from './list-models.ts'

/** What a copy keeps of its original, beside what is large. Who made it, its dataset, its stars and its history are not part of it. */
const copiedColumns = {
  slug: models.slug,
  name: models.name,
  task: models.task,
  classNames: models.classNames,
  epochs: models.epochs,
  currentEpoch: models.currentEpoch,
  bestEpoch: models.bestEpoch,
  bestFitness: models.bestFitness,
  metrics: models.metrics,
  description: models.description,
  color: models.color,
  license: models.license,
  licenseLocked: models.licenseLocked,
  version: models.version,
}

/** A model that is copied, as it was read. */
export type Original = Pick<ModelRow, keyof typeof copiedColumns> & {
  id: string
  weights: { uploadId: string; filename: string; sizeBytes: number } | null
}

/** Refuses with permission_denied what somebody sees and may not take with them: copying is downloading (SPEC 4.4). */
export const requireCopyable = (actor: Actor, seen: SeenProject): void => {
  if (seen.project.visibility === 'public') return
  if (!(seen.role && may(seen.role, 'library.download'))) throw deniedWithin(actor, seen, 'library.download')
}

/** The completed models of a project, or those of them that are asked for, oldest first, without what is large. */
export const readOriginals = async (
  { cell, project }: SeenProject,
  { ids, limit }: { ids?: readonly string[]; limit: number },
): Promise<Original[]> => {
  const rows = await cell.db
    .select({ id: models.id, model: copiedColumns, upload: uploads })
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
  return rows.map(({ id, model, upload }) => ({
    ...model,
    id,
    license: model.license ?? project.license,
    licenseLocked: model.licenseLocked || isCopyleft(model.license ?? project.license ?? ''),
    weights:
      upload && upload.sizeBytes !== null
        ? { uploadId: upload.id, filename: upload.filename, sizeBytes: upload.sizeBytes }
        : null,
  }))
}

type Place = {
  actor: Actor
  from: Cell
  project: ProjectRow
  allowances: CurrentAllowances
  readCharts: ReadCharts
}
export type Copy = Pick<ModelRow, 'id' | 'slug' | 'name'>

/** How many models are in memory with all they hold. */
const wholeAtOnce = 20

/** Writes copies into a project of the workspace, counts them and their weights against its limits, and leaves the bytes to a job. The
 *  caller holds the lock of the workspace, and has given each a free slug. Refuses with model_limit_reached, storage_limit_exceeded, both
 *  before anything large is read. */
export const writeCopies = async (
  tx: Tx,
  place: Place,
  originals: readonly Original[],
  at: Date,
): Promise<Copy[]> => {
  const { project, allowances, actor } = place
  await requireRoomForModels(tx, project.workspaceId, allowances, originals.length)
  const bytes = originals.reduce((sum, { weights }) => sum + (weights?.sizeBytes ?? 0), 0)
  await addStorage(tx, project.workspaceId, allowances, { models: bytes })
  const copies: Copy[] = []
  for (let start = 0; start < originals.length; start += wholeAtOnce) {
    const batch = originals.slice(start, start + wholeAtOnce)
    // Of one cell, on the connection that is here anyway: many who copy at once must not wait for second ones.
    const db = place.from.id === actor.workspace.cell.id ? tx : place.from.db
    const large = await readLarge(
      db,
      batch.map(({ id }) => id),
      place.readCharts,
    )
    for (const original of batch) {
      const { id, slug, name } = await writeCopy(tx, place, { ...original, ...large.get(original.id) }, at)
      copies.push({ id, slug, name })
    }
  }
  return copies
}

/** What is large of these models, with how their metrics went: what a run streamed in, else what somebody told. */
const readLarge = async (db: Db | Tx, ids: readonly string[], readCharts: ReadCharts) => {
  const rows = await db
    .select({ id: models.id, large: largeColumns })
    .from(models)
    .where(inArray(models.id, [...ids]))
  const charts = await readCharts(db, ids)
  return new Map(
    rows.map(({ id, large }) => [id, { ...large, trainResults: charts.get(id) ?? large.trainResults }]),
  )
}

/** Writes one, and has its weights follow. */
const writeCopy = async (
  tx: Tx,
  { actor, from, project }: Place,
  { id: _of, weights, ...fields }: Original,
  at: Date,
): Promise<ModelRow> => {
  const copy = await insertModel(tx, project, { ...fields, status: 'completed' }, at)
  if (!weights) return copy
  const id = makeId(at)
  const { uploadId, filename, sizeBytes } = weights
  await tx.insert(uploads).values({
    id,
    workspaceId: project.workspaceId,
    modelId: copy.id,
    startedBy: actor.userId,
    filename,
    state: 'stored',
    sizeBytes,
    createdAt: at,
    expiresAt: at,
  })
  const toCell = actor.workspace.cell.id
  await addJob(tx, 'copy-weights', { fromCell: from.id, fromUpload: uploadId, toCell, toUpload: id })
  return copy
}
