import type { NewProject } from '#contract/projects.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { chooseSlug } from '../choose-slug.ts'
import { type ProjectRow, projects } from '../table.ts'
import { defaultsOf, insertProject } from './insert-project.ts'

/** Makes a project as its plan has them begin. Refuses with slug_taken, and with invalid_request when neither slug nor name gives one. */
export const createProject = (actor: Actor, input: NewProject, at: Date): Promise<ProjectRow> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { project: alias, slug: asked = alias, name, license, ...fields } = input
    if (alias !== undefined && asked !== alias)
      throw refuse('invalid_request', { message: 'slug and project: name two different ones' })
    const { plan } = await lockWorkspace(tx, actor.workspace.id)
    const slug = await chooseSlug(tx, projects, actor.workspace.id, { slug: asked, name })
    const defaults = defaultsOf(plan)
    const chosen = {
      ...defaults,
      ...fields,
      license: license === undefined ? defaults.license : license || null,
      visibility: fields.visibility ?? defaults.visibility,
    }
    const project = await insertProject(tx, doerOf(actor), { ...chosen, slug, name: name ?? slug }, at)
    await recordActivity(tx, 'project/created', doerOf(actor), { id: project.id, name: project.name }, at)
    return project
  })
