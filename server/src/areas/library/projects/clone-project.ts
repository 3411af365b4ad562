import { isCopyleft } from '#contract/library-fields.ts'
import type { CloneProject } from '#contract/projects.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { allowancesOf } from '../../workspaces/allowances.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { chooseSlug } from '../choose-slug.ts'
import { readOriginals, requireCopyable, writeCopies } from '../models/copy-models.ts'
import type { ReadCharts } from '../models/list-models.ts'
import { type ProjectRow, projects, type Visibility } from '../table.ts'
import type { SeenProject } from '../visible.ts'
import { defaultsOf, insertProject } from './insert-project.ts'

/** How many models one copy takes along. */
const clonedModelsMax = 1000

/** Copies a project with its completed models into the workspace somebody acts in. A copyleft licence comes along and stays; another one
 *  may be replaced. What was private stays so unless it is said otherwise. Refuses with slug_taken, license_locked, model_limit_reached,
 *  storage_limit_exceeded. */
export const cloneProject = async (
  readCharts: ReadCharts,
  actor: Actor,
  seen: SeenProject,
  input: CloneProject,
  at: Date,
): Promise<{ project: ProjectRow; clonedModels: number }> => {
  requireCopyable(actor, seen)
  const { project: source } = seen
  const isLocked = source.licenseLocked || isCopyleft(source.license ?? '')
  if (isLocked && input.license !== undefined && input.license !== source.license)
    throw refuse('license_locked')
  const originals = await readOriginals(seen, { limit: clonedModelsMax + 1 })
  if (originals.length > clonedModelsMax)
    throw refuse('invalid_request', { message: `A project is copied with at most ${clonedModelsMax} models` })
  const { cell, id: workspaceId } = actor.workspace
  return cell.db.transaction(async (tx) => {
    const workspace = await lockWorkspace(tx, workspaceId)
    const name = input.name ?? source.name
    const wanted = { slug: input.slug, name: input.name ?? source.slug }
    const { description, metadata, tags, iconColor, iconLetter, viewPreferences } = source
    const project = await insertProject(
      tx,
      { workspaceId },
      {
        slug: await chooseSlug(tx, projects, workspaceId, wanted),
        name,
        description: input.description ?? description,
        visibility: input.visibility ?? visibilityLike(source, defaultsOf(workspace.plan).visibility),
        license: input.license === undefined ? source.license : input.license || null,
        licenseLocked: isLocked,
        metadata,
        tags,
        iconColor,
        iconLetter,
        viewPreferences,
      },
      at,
    )
    const place = { actor, from: seen.cell, project, allowances: allowancesOf(workspace, at), readCharts }
    const copies = await writeCopies(tx, place, originals, at)
    const told = { from: `${seen.username}/${source.slug}`, models: copies.length }
    await recordActivity(
      tx,
      'project/cloned',
      doerOf(actor),
      { id: project.id, name: project.name, metadata: told },
      at,
    )
    return { project, clonedModels: copies.length }
  })
}

const visibilityLike = (source: ProjectRow, usual: Visibility): Visibility =>
  source.visibility === 'private' ? 'private' : usual
