import { and, count, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import { refuse } from '../../../door/refusal.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { type CurrentAllowances, needsPlan } from '../../workspaces/allowances.ts'
import { lockAllowances } from '../../workspaces/storage.ts'
import { freeSlug } from '../slug.ts'
import { type ModelRow, models, type ProjectRow, projects } from '../table.ts'

type New = Omit<typeof models.$inferInsert, 'id' | 'workspaceId' | 'projectId' | 'createdAt' | 'updatedAt'>

/** Makes a model under the first free slug; `exact` takes the one it names, or refuses with slug_taken. Refuses with model_limit_reached
 *  when the plan's number (SPEC 7) is used up; models in the trash do not count. */
export const createModel = async (
  tx: Tx,
  doer: Doer,
  project: ProjectRow,
  { slug, name, ...fields }: New,
  at: Date,
  { exact = false } = {},
): Promise<ModelRow> => {
  await requireRoomForModels(tx, doer.workspaceId, await lockAllowances(tx, doer.workspaceId, at), 1)
  const free = await findFreeSlug(tx, project.id, slug)
  if (exact && free !== slug) throw refuse('slug_taken')
  const model = await insertModel(
    tx,
    project,
    { ...fields, slug: free, name: free === slug || name !== slug ? name : free },
    at,
  )
  await tx.update(projects).set({ updatedAt: at }).where(eq(projects.id, project.id))
  const metadata = { project: project.name }
  await recordActivity(tx, 'model/created', doer, { id: model.id, name: model.name, metadata }, at)
  return model
}

/** The slug that the next model of this name gets in a project. The caller has locked the workspace. */
export const findFreeSlug = async (tx: Tx, projectId: string, slug: string): Promise<string> => {
  const taken = await tx
    .select({ slug: models.slug })
    .from(models)
    .where(and(eq(models.projectId, projectId), isNull(models.trashedAt)))
  return freeSlug(slug, new Set(taken.map((row) => row.slug)))
}

/** Writes a new model. The caller holds the lock of the workspace, found the slug free and tells the feed. */
export const insertModel = async (
  tx: Tx,
  project: Pick<ProjectRow, 'id' | 'workspaceId'>,
  fields: New,
  at: Date,
): Promise<ModelRow> => {
  const place = { workspaceId: project.workspaceId, projectId: project.id }
  const [model] = await tx
    .insert(models)
    .values({ ...fields, ...place, id: makeId(at), createdAt: at, updatedAt: at })
    .returning()
  if (!model) throw new Error('An insert returned no row')
  return model
}

/** Refuses with model_limit_reached when so many more models would pass the plan's number. None more always fits. The caller has locked
 *  the workspace. */
export const requireRoomForModels = async (
  tx: Tx,
  workspaceId: string,
  { modelsMax, nextPlan }: CurrentAllowances,
  more: number,
): Promise<void> => {
  if (modelsMax === null || more === 0) return
  const [counted] = await tx
    .select({ n: count() })
    .from(models)
    .where(and(eq(models.workspaceId, workspaceId), isNull(models.trashedAt)))
  if ((counted?.n ?? 0) + more <= modelsMax) return
  const message = `Model limit reached (${modelsMax}). Upgrade your plan or delete models.`
  throw refuse('model_limit_reached', { message, ...needsPlan(nextPlan) })
}

/** Writes how far a model's newest run has come. */
export const updateModelProgress = async (
  tx: Tx,
  modelId: string,
  progress: Partial<
    Pick<
      ModelRow,
      | 'status'
      | 'cancelRequested'
      | 'epochs'
      | 'currentEpoch'
      | 'bestEpoch'
      | 'bestFitness'
      | 'metrics'
      | 'classNames'
      | 'task'
      | 'weightsFinal'
    >
  >,
  at: Date,
): Promise<void> => {
  await tx
    .update(models)
    .set({ ...progress, updatedAt: at })
    .where(eq(models.id, modelId))
}
