import { and, eq, isNull } from 'drizzle-orm'
import type { ModelChange, RunStatus } from '#contract/models.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { changeOf, orNull } from '../change.ts'
import { setStar } from '../stars.ts'
import { type ModelRow, models } from '../table.ts'

/** Changes the given fields, and tells the feed what they were. Its slug stays: links to a model outlive its name. Refuses with
 *  training_active for what a running training tells itself, license_locked, or model_not_found when it went meanwhile. */
export const updateModel = (
  actor: Actor,
  modelId: string,
  { starred, ...fields }: ModelChange,
  at: Date,
): Promise<void> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const model = await lockModel(tx, actor.workspace.id, modelId)
    const wanted = wantedOf(fields)
    requireChangeable(model, wanted)
    await writeModel(tx, doerOf(actor), model, wanted, at)
    if (starred !== undefined) await setStar(tx, 'model', { id: modelId, userId: actor.userId }, starred, at)
  })

/** What a running training says of its model; a hand beside it would contradict it. */
const toldByTraining = [
  'status',
  'trainArgs',
  'trainResults',
  'epochs',
  'bestEpoch',
  'bestFitness',
  'trainingError',
] as const

/** Refuses with training_active and license_locked what nobody changes by hand right now. */
export const requireChangeable = (model: ModelRow, wanted: ModelFields): void => {
  if (isTraining(model.status) && toldByTraining.some((field) => wanted[field] !== undefined))
    throw refuse('training_active')
  if (wanted.license !== undefined && model.licenseLocked && wanted.license !== model.license)
    throw refuse('license_locked')
}

const isTraining = (status: RunStatus): boolean =>
  status === 'pending' || status === 'starting' || status === 'running'

/** The row of a living model. Refuses with model_not_found. */
export const lockModel = async (tx: Tx, workspaceId: string, modelId: string): Promise<ModelRow> => {
  const [model] = await tx
    .select()
    .from(models)
    .where(and(eq(models.id, modelId), eq(models.workspaceId, workspaceId), isNull(models.trashedAt)))
    .for('no key update')
  if (!model) throw refuse('model_not_found')
  return model
}

/** Fields of a model that people change. */
export type ModelFields = Partial<Pick<ModelRow, Exclude<keyof ModelChange, 'starred'> & keyof ModelRow>>

const wantedOf = ({
  color,
  license,
  datasetSlug,
  version,
  trainingError,
  ...fields
}: Omit<ModelChange, 'starred'>): ModelFields => {
  const wanted = {
    ...fields,
    color: orNull(color),
    license: orNull(license),
    datasetSlug: orNull(datasetSlug),
    version: orNull(version),
    trainingError: orNull(trainingError),
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

/** Writes what differs, with an event that says what it was; of arguments and results only that they changed, for they can be large. The
 *  caller holds the lock. `metadata` is told beside it. */
export const writeModel = async (
  tx: Tx,
  doer: Doer,
  model: ModelRow,
  { trainArgs, trainResults, ...small }: ModelFields,
  at: Date,
  metadata: Record<string, unknown> = {},
): Promise<void> => {
  const [facts, large] = [changeOf(model, small), changeOf(model, { trainArgs, trainResults })]
  if (!facts && !large) return
  const [changed] = await tx
    .update(models)
    .set({ ...facts?.after, ...large?.after, updatedAt: at })
    .where(eq(models.id, model.id))
    .returning({ id: models.id, name: models.name })
  if (!changed) throw refuse('model_not_found')
  const told = { ...metadata, ...facts, ...(large ? { changed: Object.keys(large.after) } : {}) }
  await recordActivity(tx, 'model/updated', doer, { ...changed, metadata: told }, at)
}
