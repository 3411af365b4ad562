import { and, desc, eq, isNull, or } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedElsewhere } from '../../door/helpful.ts'
import { refuse } from '../../door/refusal.ts'
import { findLivingProject } from '../library/projects/ensure-project.ts'
import { slugOf } from '../library/slug.ts'
import type { ModelRow } from '../library/table.ts'
import { models } from '../library/table.ts'
import { trainingRuns } from './table.ts'

export type Run = typeof trainingRuns.$inferSelect

/** How a client names what an event is about: by model, or by project and run name (SPEC 16.1). */
export type RunIdentity = {
  modelId?: string | null | undefined
  runId?: string | null | undefined
  project?: string | null | undefined
  name?: string | null | undefined
}

const defaultRunName = 'train'

/** The project slug a client names. `username/slug` must name the key's own workspace: another one is refused with
 *  workspace_mismatch (SPEC 16.3). */
export const projectSlugOf = (actor: Actor, project: string): string => {
  const parts = project.split('/')
  if (parts.length > 2)
    throw refuse('invalid_request', { message: 'project: must be "slug" or "username/slug"' })
  if (parts.length === 2 && parts[0] !== actor.workspace.username) throw deniedElsewhere(actor)
  const slug = slugOf(parts.at(-1) ?? '')
  if (!slug) throw refuse('invalid_request', { message: 'project: must hold a letter or a digit' })
  return slug
}

export const runNameOf = (name: string | null | undefined): string => slugOf(name ?? '') || defaultRunName

/** The run an event belongs to and its model, with whether it is the model's newest: only that one moves the model. The run is locked for the
 *  rest of the transaction, so that events of one run take turns. The run id counts first, then the model's newest run, then the newest run of that name in the project (SPEC 16.3). Refuses with
 *  run_not_found, alike for absent and another workspace's. */
export const lockRun = async (
  tx: Tx,
  actor: Actor,
  identity: RunIdentity,
): Promise<{ run: Run; model: ModelRow; isNewest: boolean }> => {
  const found = (await byModel(tx, actor, identity)) ?? (await byName(tx, actor, identity))
  if (!found) throw refuse('run_not_found')
  const [run] = await tx.select().from(trainingRuns).where(eq(trainingRuns.id, found.id)).for('update')
  const [model] = await tx
    .select()
    .from(models)
    .where(and(eq(models.id, found.modelId), isNull(models.trashedAt)))
  if (!run || !model) throw refuse('run_not_found')
  return { run, model, isNewest: (await newestRunOf(tx, model.id))?.id === run.id }
}

/** The run of a model that started last, or undefined. */
export const newestRunOf = async (db: Db | Tx, modelId: string): Promise<Run | undefined> => {
  const [run] = await db
    .select()
    .from(trainingRuns)
    .where(eq(trainingRuns.modelId, modelId))
    .orderBy(desc(trainingRuns.startedAt), desc(trainingRuns.id))
    .limit(1)
  return run
}

const byModel = async (tx: Tx, actor: Actor, { modelId, runId }: RunIdentity) => {
  if (!modelId && !runId) return undefined
  const [row] = await tx
    .select({ id: trainingRuns.id, modelId: trainingRuns.modelId })
    .from(trainingRuns)
    .innerJoin(models, eq(models.id, trainingRuns.modelId))
    .where(
      and(
        eq(trainingRuns.workspaceId, actor.workspace.id),
        isNull(models.trashedAt),
        modelId ? eq(trainingRuns.modelId, modelId) : undefined,
        runId ? eq(trainingRuns.id, runId) : undefined,
      ),
    )
    .orderBy(desc(trainingRuns.startedAt), desc(trainingRuns.id))
    .limit(1)
  return row
}

const byName = async (tx: Tx, actor: Actor, { project, name }: RunIdentity) => {
  if (!project) return undefined
  const runName = runNameOf(name)
  const living = await findLivingProject(tx, actor.workspace.id, projectSlugOf(actor, project))
  if (!living) return undefined
  const [row] = await tx
    .select({ id: trainingRuns.id, modelId: trainingRuns.modelId })
    .from(trainingRuns)
    .innerJoin(models, eq(models.id, trainingRuns.modelId))
    .where(
      and(
        eq(trainingRuns.workspaceId, actor.workspace.id),
        eq(trainingRuns.projectId, living.id),
        isNull(models.trashedAt),
        or(eq(trainingRuns.requestedName, runName), eq(models.slug, runName)),
      ),
    )
    .orderBy(desc(trainingRuns.startedAt), desc(trainingRuns.id))
    .limit(1)
  return row
}
