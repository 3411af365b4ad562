import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ResourceId } from '#contract/common.ts'
import * as contract from '#contract/projects.ts'
import { bySession, bySessionOrKey, reader } from '../../../door/access.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedWithin } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { locateWorkspace } from '../../workspaces/find-membership.ts'
import { formBytesMax, readImage, takePictures } from '../../workspaces/read-image.ts'
import type { ReadCharts } from '../models/list-models.ts'
import { findNamedProject, findOwnProject, isOwn } from '../own.ts'
import { setStar } from '../stars.ts'
import type { ProjectRow } from '../table.ts'
import { findProject, findProjectByPath, type SeenProject } from '../visible.ts'
import { cloneProject } from './clone-project.ts'
import { createProject } from './create-project.ts'
import { listProjects, viewProject } from './list-projects.ts'
import { removeProjectIcon, setProjectIcon } from './project-icon.ts'
import { projectIconRoute } from './project-icon-route.ts'
import { updateProject } from './update-project.ts'

const tag = 'Projects'
const bodyBytesMax = 128 * 1024

/** `readCharts` is training's answer to how the metrics of models went. */
export const projectsRoutes = (app: FastifyInstance, house: House, readCharts: ReadCharts): void => {
  const { clock } = house
  const read = { access: reader('models', 'read'), rate: 'default', tag } as const
  const write = {
    access: bySessionOrKey('library.edit', 'models'),
    rate: 'default',
    tag,
    bodyBytesMax,
  } as const

  route(app, contract.listProjects, read, ({ actor, query }) => listProjects(house, actor, query))

  // One segment is an id, a username or a slug of the workspace, in that order (SPEC 15.1).
  route(app, contract.getProject, read, async ({ actor, params: { id } }) => {
    const show = async (seen: SeenProject) => viewProject(house, seen, actor?.userId)
    if (ResourceId.safeParse(id).success) return show(await findProject(house, actor, id))
    if (await locateWorkspace(house, id)) return listProjects(house, actor, { username: id, limit: 20 })
    if (!actor) throw refuse('project_not_found')
    return show(await findProjectByPath(house, actor, actor.workspace.username, id))
  })

  route(app, contract.getProjectByPath, read, async ({ actor, params: { owner, project } }) =>
    viewProject(house, await findProjectByPath(house, actor, owner, project), actor?.userId),
  )

  route(app, contract.createProject, write, async ({ actor, body: { owner: _owner, ...input } }) =>
    createdView(actor, await createProject(actor, input, clock.now())),
  )

  route(app, contract.createProjectOf, write, async ({ actor, body }) =>
    createdView(actor, await createProject(actor, body, clock.now())),
  )

  const update = async (actor: Actor, seen: SeenProject, change: contract.ProjectChange) => {
    if (isOwn(actor, seen)) {
      const { slug } = await updateProject(actor, seen.project.id, change, clock.now())
      return { success: true, slug } as const
    }
    const { starred, ...rest } = change
    if (starred === undefined || Object.keys(rest).length > 0) throw deniedWithin(actor, seen, 'library.edit')
    const star = { id: seen.project.id, userId: actor.userId }
    await seen.cell.db.transaction((tx) => setStar(tx, 'project', star, starred, clock.now()))
    return { success: true, slug: seen.project.slug } as const
  }

  route(app, contract.updateProject, write, async ({ actor, params, body }) =>
    update(actor, await findNamedProject(house, actor, params.id), body),
  )

  route(app, contract.updateProjectByPath, write, async ({ actor, params, body }) =>
    update(actor, await findOwnProject(house, actor, params.project), body),
  )

  const clone = async (
    actor: Actor,
    seen: SeenProject,
    { owner: _owner, ...input }: contract.CloneProject,
  ) => {
    const { project, clonedModels } = await cloneProject(readCharts, actor, seen, input, clock.now())
    return { ...createdView(actor, project), clonedModels }
  }

  route(app, contract.cloneProject, write, async ({ actor, params, body }) =>
    clone(actor, await findProject(house, actor, params.id), body),
  )

  route(app, contract.cloneProjectByPath, write, async ({ actor, params, body }) =>
    clone(actor, await findProjectByPath(house, actor, params.username, params.project), body),
  )

  const picture = { access: bySession('library.edit'), rate: 'default', tag } as const

  app.register(async (forms) => {
    await takePictures(forms)
    const form = { ...picture, bodyBytesMax: formBytesMax }
    const draw = async (actor: Actor, idOrSlug: string, request: FastifyRequest) => {
      const { project } = await findOwnProject(house, actor, idOrSlug)
      const downloadUrl = await setProjectIcon(
        house,
        actor,
        project.id,
        await readImage(request),
        clock.now(),
      )
      return { success: true, downloadUrl } as const
    }
    route(forms, contract.setProjectIcon, form, ({ actor, params, request }) =>
      draw(actor, params.id, request),
    )
    route(forms, contract.setProjectIconByPath, form, ({ actor, params, request }) =>
      draw(actor, params.project, request),
    )
  })

  const erase = async (actor: Actor, idOrSlug: string) => {
    const { project } = await findOwnProject(house, actor, idOrSlug)
    await removeProjectIcon(actor, project.id, clock.now())
    return { success: true } as const
  }
  route(app, contract.removeProjectIcon, picture, ({ actor, params }) => erase(actor, params.id))
  route(app, contract.removeProjectIconByPath, picture, ({ actor, params }) => erase(actor, params.project))

  projectIconRoute(app, house)
}

/** What older and newer clients read of something new, in one (SPEC 15.4). */
const createdView = ({ workspace }: Actor, { id, slug }: ProjectRow) => ({
  projectId: id,
  id,
  slug,
  owner: workspace.username,
  project: slug,
  region: workspace.region,
})
