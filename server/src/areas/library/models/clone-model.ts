import { and, eq, isNull } from 'drizzle-orm'
import type { CloneModel } from '#contract/model-copies.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { lockAllowances } from '../../workspaces/storage.ts'
import { slugOf } from '../slug.ts'
import { type ProjectRow, projects } from '../table.ts'
import type { SeenModel } from '../visible.ts'
import { type Copy, readOriginals, requireCopyable, writeCopies } from './copy-models.ts'
import { findFreeSlug } from './create-model.ts'
import type { ReadCharts } from './list-models.ts'

const shownMessage =
  'The model is private and the project is public, so everybody would see the copy. Choose a private project, or send showPublicly: true'

/** Copies a completed model into a project of the workspace somebody acts in, under the first free slug. Refuses with model_not_completed,
 *  project_not_found, model_limit_reached, storage_limit_exceeded, and invalid_request when a private one would be shown to everybody
 *  and nobody said so. */
export const cloneModel = async (
  readCharts: ReadCharts,
  actor: Actor,
  seen: SeenModel,
  { targetProjectSlug, modelName, description, showPublicly }: CloneModel,
  at: Date,
): Promise<{ model: Copy; project: ProjectRow }> => {
  requireCopyable(actor, seen)
  const [original] = await readOriginals(seen, { ids: [seen.model.id], limit: 1 })
  if (!original) throw refuse('model_not_completed')
  const { cell, id: workspaceId } = actor.workspace
  return cell.db.transaction(async (tx) => {
    const allowances = await lockAllowances(tx, workspaceId, at)
    const [project] = await tx
      .select()
      .from(projects)
      .where(
        and(
          eq(projects.workspaceId, workspaceId),
          eq(projects.slug, targetProjectSlug),
          isNull(projects.trashedAt),
        ),
      )
      .for('no key update')
    if (!project) throw refuse('project_not_found')
    if (seen.project.visibility === 'private' && project.visibility === 'public' && !showPublicly)
      throw refuse('invalid_request', { message: shownMessage })
    const name = modelName ?? original.name
    const slug = await findFreeSlug(tx, project.id, slugOf(name) || original.slug)
    const wanted = { ...original, slug, name, description: description ?? original.description }
    const [model] = await writeCopies(
      tx,
      { actor, from: seen.cell, project, allowances, readCharts },
      [wanted],
      at,
    )
    if (!model) throw new Error('A copy was not written')
    const metadata = { from: `${seen.username}/${seen.project.slug}/${seen.model.slug}` }
    await recordActivity(tx, 'model/cloned', doerOf(actor), { id: model.id, name: model.name, metadata }, at)
    return { model, project }
  })
}
