import { and, count, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import { refuse } from '../../../door/refusal.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { needsPlan } from '../../workspaces/allowances.ts'
import { lockAllowances } from '../../workspaces/storage.ts'
import type { ProjectRow } from '../projects/ensure-project.ts'
import { freeSlug } from '../slug.ts'
import { models, projects } from '../table.ts'

export type ModelRow = typeof models.$inferSelect

/** Makes a model under the first free slug. Refuses with model_limit_reached when the plan's number (SPEC 7) is used up; models in
 *  the trash do not count. */
export const createModel = async (
  tx: Tx,
  doer: Doer,
  project: ProjectRow,
  { slug, name, task }: { slug: string; name: string; task?: string | undefined },
  at: Date,
): Promise<ModelRow> => {
  const { modelsMax, nextPlan } = await lockAllowances(tx, doer.workspaceId, at)
  const [counted] = await tx
    .select({ n: count() })
    .from(models)
    .where(and(eq(models.workspaceId, doer.workspaceId), isNull(models.trashedAt)))
  if (modelsMax !== null && (counted?.n ?? 0) >= modelsMax) {
    const message = `Model limit reached (${modelsMax}). Upgrade your plan or delete models.`
    throw refuse('model_limit_reached', { message, ...needsPlan(nextPlan) })
  }
  const taken = await tx.select({ slug: models.slug }).from(models).where(eq(models.projectId, project.id))
  const freed = freeSlug(slug, new Set(taken.map((row) => row.slug)))
  const [model] = await tx
    .insert(models)
    .values({
      id: makeId(at),
      workspaceId: doer.workspaceId,
      projectId: project.id,
      slug: freed,
      name: freed === slug ? name : freed,
      task: task ?? null,
      createdAt: at,
      updatedAt: at,
    })
    .returning()
  if (!model) throw new Error('An insert returned no row')
  await tx.update(projects).set({ updatedAt: at }).where(eq(projects.id, project.id))
  await recordActivity(
    tx,
    'model/created',
    doer,
    { id: model.id, name: model.name, metadata: { project: project.name } },
    at,
  )
  return model
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
