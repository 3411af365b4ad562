import type { FastifyInstance } from 'fastify'
import { ResourceId } from '#contract/common.ts'
import * as contract from '#contract/library.ts'
import { may } from '#contract/permissions.ts'
import { reader } from '../../door/access.ts'
import { deniedWithin } from '../../door/helpful.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { locateWorkspace } from '../workspaces/find-membership.ts'
import { listModels, listProjects, viewProject } from './list-library.ts'
import { findWeights, weightsUrl } from './models/weights.ts'
import { modelView, weightsName } from './views.ts'
import { findModel, findModelByPath, findProject, findProjectByPath, type SeenModel } from './visible.ts'

const tag = 'Library'

export const libraryRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  const declared = { access: reader('models', 'read'), rate: 'default', tag } as const

  route(app, contract.listProjects, declared, ({ actor, query }) => listProjects(house, actor, query))

  // One segment is an id, a username or a slug of the workspace, in that order (SPEC 15.1).
  route(app, contract.getProject, declared, async ({ actor, params: { id } }) => {
    if (ResourceId.safeParse(id).success) return viewProject(await findProject(house, actor, id))
    if (await locateWorkspace(house, id)) return listProjects(house, actor, { username: id, limit: 20 })
    if (!actor) throw refuse('project_not_found')
    return viewProject(await findProjectByPath(house, actor, actor.workspace.username, id))
  })

  route(app, contract.getProjectByPath, declared, async ({ actor, params: { owner, project } }) =>
    viewProject(await findProjectByPath(house, actor, owner, project)),
  )

  route(app, contract.listModels, declared, async ({ actor, query: { projectId, limit } }) => ({
    models: await listModels(await findProject(house, actor, projectId), limit),
  }))

  const viewModel = async (seen: SeenModel) => ({
    model: modelView(seen.model, seen.project, seen.username, (await findWeights(seen))?.sizeBytes ?? null),
    isOwner: seen.role === 'owner',
  })

  route(app, contract.getModel, declared, async ({ actor, params }) =>
    viewModel(await findModel(house, actor, params.id)),
  )

  route(app, contract.getModelByPath, declared, async ({ actor, params }) =>
    viewModel(await findModelByPath(house, actor, params)),
  )

  route(app, contract.listModelFiles, { ...declared, rate: 'download' }, async ({ actor, params }) => {
    const seen = await findModel(house, actor, params.id)
    const isPublic = seen.project.visibility === 'public'
    if (!isPublic && !(seen.role && may(seen.role, 'library.download')))
      throw deniedWithin(actor, seen, 'library.download')
    const weights = await findWeights(seen)
    const file = weights && {
      name: weightsName(seen.model),
      size: weights.sizeBytes,
      downloadUrl: weightsUrl(house, seen.cell, weights.id, weightsName(seen.model), clock.now()),
    }
    return { files: file ? [file] : [] }
  })
}
