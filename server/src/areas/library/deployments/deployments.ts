import { and, count, desc, eq, isNull, lt, or, type SQL } from 'drizzle-orm'
import type {
  createDeployment as creating,
  listDeployments as endpoint,
  getDeployment,
} from '#contract/deployments.ts'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { needsPlan } from '../../workspaces/allowances.ts'
import { loadStorage, lockAllowances } from '../../workspaces/storage.ts'
import { lockModel } from '../models/update-model.ts'
import { deployments, models } from '../table.ts'
import { given } from '../views.ts'
import type { SeenModel } from '../visible.ts'

type View = Reply<typeof getDeployment>['deployment']
type Row = { deployment: typeof deployments.$inferSelect; modelName: string | null }

const viewOf = ({ deployment: row, modelName }: Row): View => ({
  _id: row.id,
  ...given({ modelId: row.modelId, modelName, error: row.error }),
  name: row.name,
  region: row.region,
  resources: row.resources,
  status: row.status,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** Deployments that count: those of models in the trash do not (SPEC 10). */
const counts = (workspaceId: string): SQL | undefined =>
  and(eq(deployments.workspaceId, workspaceId), or(isNull(deployments.modelId), isNull(models.trashedAt)))

/** How many deployments of the workspace its plan counts. */
const countDeployments = async (db: Db | Tx, workspaceId: string): Promise<number> => {
  const [counted] = await db
    .select({ n: count() })
    .from(deployments)
    .leftJoin(models, eq(models.id, deployments.modelId))
    .where(counts(workspaceId))
  return counted?.n ?? 0
}

/** Deployments of the workspace, newest first, with what its plan allows. */
export const listDeployments = async (
  { workspace: { cell, id } }: Actor,
  { modelId, limit, cursor }: Parsed<typeof endpoint, 'query'>,
  at: Date,
): Promise<Reply<typeof endpoint>> => {
  const rows = await cell.db
    .select({ deployment: deployments, modelName: models.name })
    .from(deployments)
    .leftJoin(models, eq(models.id, deployments.modelId))
    .where(
      and(
        counts(id),
        modelId === undefined ? undefined : eq(deployments.modelId, modelId),
        cursor === undefined ? undefined : lt(deployments.id, cursor),
      ),
    )
    .orderBy(desc(deployments.id))
    .limit(limit + 1)
  const { allowances } = await loadStorage(cell.db, id, at)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    deployments: page.map(viewOf),
    used: await countDeployments(cell.db, id),
    limit: allowances.deploymentsMax,
    canStart: false,
    ...(last ? { nextCursor: last.deployment.id } : {}),
  }
}

/** A deployment of the workspace. Refuses with deployment_not_found. */
export const findDeployment = async (
  { workspace: { cell, id: workspaceId } }: Actor,
  deploymentId: string,
): Promise<View> => {
  const [row] = await cell.db
    .select({ deployment: deployments, modelName: models.name })
    .from(deployments)
    .leftJoin(models, eq(models.id, deployments.modelId))
    .where(and(eq(deployments.id, deploymentId), counts(workspaceId)))
  if (!row) throw refuse('deployment_not_found')
  return viewOf(row)
}

const oneInstance = { cpu: 1, memoryGi: 2, minInstances: 0, maxInstances: 1 } as const

/** Writes a deployment down, stopped. Refuses with weights_not_ready and deployment_limit_reached, or model_not_found when the model went
 *  meanwhile. */
export const createDeployment = (
  actor: Actor,
  { model: { id: modelId } }: SeenModel,
  { name, region, resources = oneInstance }: Omit<Parsed<typeof creating, 'body'>, 'modelId' | 'owner'>,
  at: Date,
): Promise<View> => {
  const { cell, id: workspaceId } = actor.workspace
  return cell.db.transaction(async (tx) => {
    const { deploymentsMax, nextPlan } = await lockAllowances(tx, workspaceId, at)
    const model = await lockModel(tx, workspaceId, modelId)
    if (!model.weightsUploadId) throw refuse('weights_not_ready')
    if (deploymentsMax !== null && (await countDeployments(tx, workspaceId)) >= deploymentsMax) {
      const message = `Deployment limit reached (${deploymentsMax}). Upgrade your plan or delete deployments.`
      throw refuse('deployment_limit_reached', { message, ...needsPlan(nextPlan) })
    }
    const [deployment] = await tx
      .insert(deployments)
      .values({
        id: makeId(at),
        workspaceId,
        modelId: model.id,
        name,
        region,
        resources,
        status: 'stopped',
        createdBy: actor.userId,
        createdAt: at,
        updatedAt: at,
      })
      .returning()
    if (!deployment) throw new Error('An insert returned no row')
    const subject = { id: deployment.id, name, metadata: { model: model.name, region } }
    await recordActivity(tx, 'deployment/created', doerOf(actor), subject, at)
    return viewOf({ deployment, modelName: model.name })
  })
}

/** Refuses with deployment_not_found, else with runtime_not_configured: nothing here serves models. */
export const startDeployment = async (actor: Actor, deploymentId: string): Promise<never> => {
  await findDeployment(actor, deploymentId)
  throw refuse('runtime_not_configured', { message: 'This installation has no machine that serves models' })
}

/** Deletes a deployment for good. Refuses with deployment_not_found. */
export const deleteDeployment = async (actor: Actor, deploymentId: string, at: Date): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  await findDeployment(actor, deploymentId)
  await cell.db.transaction(async (tx) => {
    const [gone] = await tx
      .delete(deployments)
      .where(and(eq(deployments.id, deploymentId), eq(deployments.workspaceId, workspaceId)))
      .returning()
    if (!gone) throw refuse('deployment_not_found')
    await recordActivity(tx, 'deployment/deleted', doerOf(actor), { id: gone.id, name: gone.name }, at)
  })
}
