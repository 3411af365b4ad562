import { and, count, desc, eq, exists, inArray, lte, type SQL, sql } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { deleteTrash, emptyTrash as emptyEndpoint, TrashType } from '#contract/trash.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { addJob } from '../../../outbox/outbox.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity, recordAll } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { deployments, models } from '../table.ts'
import { lyingIn } from './lying.ts'
import { findLying } from './restore.ts'
import { trashEmptyings, trashItems } from './table.ts'

const alongMessage =
  'Cannot delete model while its parent project is in trash. Delete the project, or restore it first.'

/** Deletes one thing in the trash for good, a project with all its models, those that were trashed before it too. From here on nobody
 *  sees it; a job removes files and rows. Refuses with trash_item_not_found, and parent_in_trash for a model
 *  that went along with its project. */
export const deleteForGood = (
  actor: Actor,
  wanted: { id: string; type: TrashType },
  at: Date,
): Promise<Reply<typeof deleteTrash>> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { id: workspaceId, cell } = actor.workspace
    await lockWorkspace(tx, workspaceId)
    const item = await findLying(tx, workspaceId, wanted, alongMessage)
    const { resourceId, type, name } = item
    const goesAlong = and(lyingIn(workspaceId), eq(trashItems.projectId, resourceId))
    await tx.update(trashItems).set({ doomedAt: at }).where(eq(trashItems.seq, item.seq))
    const { rowCount } = await tx.update(trashItems).set({ doomedAt: at }).where(goesAlong)
    const survivingDeployments = await countDeployments(
      tx,
      type === 'project' ? eq(models.projectId, resourceId) : eq(models.id, resourceId),
    )
    const counts = {
      ...(type === 'project' ? { cascadedModels: item.modelCount + (rowCount ?? 0) } : {}),
      ...(survivingDeployments > 0 ? { survivingDeployments } : {}),
    }
    const subject = { id: resourceId, name, metadata: { ...counts, batchId: item.id } }
    await recordActivity(tx, `${type}/deleted`, doerOf(actor), subject, at)
    await askToPurge(tx, cell, workspaceId)
    return { success: true, deletedCount: 1, ...counts }
  })

const countDeployments = async (tx: Tx, which: SQL): Promise<number> => {
  const [counted] = await tx
    .select({ n: count() })
    .from(deployments)
    .innerJoin(models, eq(models.id, deployments.modelId))
    .where(which)
  return counted?.n ?? 0
}

/** Empties the trash. However much lies there, one row says that it is doomed; a job removes files and rows. Deployments of its models
 *  are deleted with it. */
export const emptyTrash = (actor: Actor, at: Date): Promise<Reply<typeof emptyEndpoint>> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { id: workspaceId, cell } = actor.workspace
    await lockWorkspace(tx, workspaceId)
    const deleted = { ...(await countLying(tx, workspaceId)), deployments: 0 }
    deleted.deployments = await deleteDeployments(tx, workspaceId)
    const [newest] = await tx
      .select({ seq: trashItems.seq })
      .from(trashItems)
      .where(eq(trashItems.workspaceId, workspaceId))
      .orderBy(desc(trashItems.seq))
      .limit(1)
    const [present] = await tx
      .select({ n: count() })
      .from(trashItems)
      .where(eq(trashItems.workspaceId, workspaceId))
    const jobId = makeId(at)
    await tx.insert(trashEmptyings).values({
      id: jobId,
      workspaceId,
      upTo: newest?.seq ?? 0,
      itemCount: present?.n ?? 0,
      startedBy: actor.userId,
      startedAt: at,
    })
    const totalDeleted = deleted.projects + deleted.datasets + deleted.models + deleted.deployments
    if (totalDeleted > 0) {
      const metadata = { kind: 'trash', change: 'trash_emptied', jobId, deleted }
      await recordActivity(tx, 'settings/deleted', doerOf(actor), { name: 'Trash', metadata }, at)
    }
    await askToPurge(tx, cell, workspaceId)
    return { success: true, deleted, totalDeleted, jobId }
  })

/** How many projects, datasets and models lie in the trash, models that went along included. The caller has locked the workspace. */
const countLying = async (tx: Tx, workspaceId: string) => {
  const rows = await tx
    .select({
      type: trashItems.type,
      n: count(),
      along: sql<number>`sum(${trashItems.modelCount})`.mapWith(Number),
    })
    .from(trashItems)
    .where(lyingIn(workspaceId))
    .groupBy(trashItems.type)
  const of = (type: TrashType) => rows.find((row) => row.type === type) ?? { n: 0, along: 0 }
  return {
    projects: of('project').n,
    datasets: of('dataset').n,
    models: of('model').n + of('project').along,
  }
}

/** From the side of the deployments, which are few, not of the models, of which there may be any number. */
const deleteDeployments = async (tx: Tx, workspaceId: string): Promise<number> => {
  const inTrash = tx
    .select({ id: models.id })
    .from(models)
    .innerJoin(trashItems, eq(trashItems.id, models.trashBatchId))
    .where(and(eq(models.id, deployments.modelId), lyingIn(workspaceId)))
  const { rowCount } = await tx
    .delete(deployments)
    .where(and(eq(deployments.workspaceId, workspaceId), exists(inTrash)))
  return rowCount ?? 0
}

/** Has what is doomed in a workspace removed. Asked again while a job still waits, it is the same job. */
export const askToPurge = (tx: Tx, cell: Cell, workspaceId: string): Promise<void> =>
  addJob(tx, 'purge-trash', { cellId: cell.id, workspaceId }, `purge-trash:${workspaceId}`)

/** How many items one transaction dooms. */
const doomedAtOnce = 500

/** Dooms what a workspace put into its trash at `until` or before, at most so many at once, and tells so in the name of whoever put it there. Returns
 *  how many. Refuses with workspace_not_found. */
export const doomExpired = (cell: Cell, workspaceId: string, until: Date, at: Date): Promise<number> =>
  cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    const expired = tx
      .select({ seq: trashItems.seq })
      .from(trashItems)
      .where(and(lyingIn(workspaceId), lte(trashItems.trashedAt, until)))
      .orderBy(trashItems.seq)
      .limit(doomedAtOnce)
    const doomed = await tx
      .update(trashItems)
      .set({ doomedAt: at })
      .where(inArray(trashItems.seq, expired))
      .returning()
    const tellings = doomed.map(({ type, resourceId, name, trashedBy, id }) => ({
      event: `${type}/deleted` as const,
      doer: { userId: trashedBy, workspaceId },
      subject: { id: resourceId, name, metadata: { reason: 'expired', batchId: id } },
    }))
    await recordAll(tx, tellings, at)
    if (doomed.length > 0) await askToPurge(tx, cell, workspaceId)
    return doomed.length
  })
