import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { TrashType } from '#contract/trash.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { lockAllowances } from '../../workspaces/storage.ts'
import { requireRoomForModels } from '../models/create-model.ts'
import { orNumbered } from '../numbered-slugs.ts'
import { freeSlug } from '../slug.ts'
import { datasets, models, projects } from '../table.ts'
import { lyingIn } from './lying.ts'
import { type TrashItemRow, trashItems } from './table.ts'

/** `formerSlug` is what it was before, where that was taken meanwhile. */
export type Restored = { slug: string; formerSlug?: string; restoredModels?: number }

/** Takes something out of the trash with what went along, back to where it was, under its own slug or the next free one. Refuses with
 *  trash_item_not_found, parent_in_trash for a model whose project lies there, and model_limit_reached when its models no longer fit the
 *  plan. With `batchId` only what went to the trash then. `more` goes into the metadata of the event. */
export const restoreFromTrash = async (
  tx: Tx,
  actor: Actor,
  { id, type, batchId }: { id: string; type: TrashType; batchId?: string | undefined },
  at: Date,
  more: Record<string, unknown> = {},
): Promise<Restored> => {
  const workspaceId = actor.workspace.id
  const allowances = await lockAllowances(tx, workspaceId, at)
  const item = await findLying(tx, workspaceId, { id, type })
  if (batchId !== undefined && item.id !== batchId) throw refuse('trash_item_not_found')
  const comingBack = { project: item.modelCount, model: 1, dataset: 0 }[type]
  await requireRoomForModels(tx, workspaceId, allowances, comingBack)
  const slug = await bringBack[type](tx, item)
  await tx.delete(trashItems).where(eq(trashItems.seq, item.seq))
  const restored = {
    slug,
    ...(slug === item.slug ? {} : { formerSlug: item.slug }),
    ...(type === 'project' ? { restoredModels: item.modelCount } : {}),
  }
  const metadata = { ...restored, batchId: item.id, ...more }
  await recordActivity(tx, `${type}/restored`, doerOf(actor), { id, name: item.name, metadata }, at)
  return restored
}

/** What lies in the trash under this id. Refuses with trash_item_not_found, and with parent_in_trash for a model that went along with its
 *  project: it stays or goes with it. The caller has locked the workspace. */
export const findLying = async (
  tx: Tx,
  workspaceId: string,
  { id, type }: { id: string; type: TrashType },
  parentMessage?: string,
): Promise<TrashItemRow> => {
  const [item] = await tx
    .select()
    .from(trashItems)
    .where(and(lyingIn(workspaceId), eq(trashItems.type, type), eq(trashItems.resourceId, id)))
  if (item) return item
  const [along] =
    type === 'model'
      ? await tx
          .select({ id: models.id })
          .from(models)
          .innerJoin(trashItems, eq(trashItems.id, models.trashBatchId))
          .where(and(lyingIn(workspaceId), eq(models.id, id)))
      : []
  if (!along) throw refuse('trash_item_not_found')
  throw refuse('parent_in_trash', parentMessage === undefined ? {} : { message: parentMessage })
}

/** None of them touches when it was last changed: it comes back as it was. */
const bringBack: Record<TrashType, (tx: Tx, item: TrashItemRow) => Promise<string>> = {
  async project(tx, { resourceId, workspaceId, slug: wanted, id }) {
    const near = await tx
      .select({ slug: projects.slug })
      .from(projects)
      .where(
        and(
          eq(projects.workspaceId, workspaceId),
          isNull(projects.trashedAt),
          orNumbered(projects.slug, wanted),
        ),
      )
    const slug = freeOf(wanted, near)
    await tx
      .update(projects)
      .set({ trashedAt: null, trashBatchId: null, slug })
      .where(eq(projects.id, resourceId))
    await tx.update(models).set({ trashedAt: null, trashBatchId: null }).where(eq(models.trashBatchId, id))
    return slug
  },

  async model(tx, { resourceId, projectId, slug: wanted }) {
    const inProject = eq(models.projectId, projectId ?? '')
    const [parent] = await tx
      .select({ id: projects.id })
      .from(projects)
      .where(and(eq(projects.id, projectId ?? ''), isNotNull(projects.trashedAt)))
    if (parent) throw refuse('parent_in_trash')
    const near = await tx
      .select({ slug: models.slug })
      .from(models)
      .where(and(inProject, isNull(models.trashedAt), orNumbered(models.slug, wanted)))
    const slug = freeOf(wanted, near)
    await tx
      .update(models)
      .set({ trashedAt: null, trashBatchId: null, slug })
      .where(eq(models.id, resourceId))
    return slug
  },

  async dataset(tx, { resourceId, workspaceId, slug: wanted }) {
    const near = await tx
      .select({ slug: datasets.slug })
      .from(datasets)
      .where(
        and(
          eq(datasets.workspaceId, workspaceId),
          isNull(datasets.trashedAt),
          orNumbered(datasets.slug, wanted),
        ),
      )
    const slug = freeOf(wanted, near)
    await tx
      .update(datasets)
      .set({ trashedAt: null, trashBatchId: null, slug })
      .where(eq(datasets.id, resourceId))
    return slug
  },
}

const freeOf = (wanted: string, near: readonly { slug: string }[]): string =>
  freeSlug(wanted, new Set(near.map(({ slug }) => slug)))
