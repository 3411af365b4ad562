import type { FastifyInstance } from 'fastify'
import * as copies from '#contract/model-copies.ts'
import * as contract from '#contract/models.ts'
import { may } from '#contract/permissions.ts'
import { bySession, bySessionOrKey, reader } from '../../../door/access.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedWithin } from '../../../door/helpful.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { findOwnModelByPath, findOwnProject, isOwn } from '../own.ts'
import { setStar } from '../stars.ts'
import { weightsName } from '../views.ts'
import {
  findModel,
  findModelByPath,
  findProject,
  findProjectByPath,
  type SeenModel,
  type SeenProject,
} from '../visible.ts'
import { addModel } from './add-model.ts'
import { cloneModel } from './clone-model.ts'
import { countModels, listCompletedModels, listModels, type ReadCharts, viewModel } from './list-models.ts'
import { trackDownload } from './track-download.ts'
import { updateModel } from './update-model.ts'
import { findWeights, weightsUrl } from './weights.ts'

const tag = 'Models'
/** Results of every epoch are the largest part. */
const bodyBytesMax = 2 * 2 ** 20
const smallBytesMax = 16 * 1024

/** `readCharts` is training's answer to how the metrics of models went. */
export const modelsRoutes = (app: FastifyInstance, house: House, readCharts: ReadCharts): void => {
  const { clock } = house
  const read = { access: reader('models', 'read'), rate: 'default', tag } as const
  const write = {
    access: bySessionOrKey('library.edit', 'models'),
    rate: 'default',
    tag,
    bodyBytesMax,
  } as const

  const list = async (actor: Actor | null, seen: SeenProject, choice: Parameters<typeof listModels>[1]) => ({
    models: await listModels(seen, choice, actor?.userId, readCharts),
    total: await countModels(seen, choice),
  })

  route(app, contract.listModels, read, async ({ actor, query: { projectId, ...choice } }) =>
    list(actor, await findProject(house, actor, projectId), choice),
  )

  route(app, contract.listModelsByPath, read, async ({ actor, params, query }) =>
    list(actor, await findProjectByPath(house, actor, params.owner, params.project), query),
  )

  route(
    app,
    contract.listCompletedModels,
    { access: bySessionOrKey('library.view', 'models', 'read'), rate: 'default', tag },
    async ({ actor, query }) => ({ models: await listCompletedModels(actor, query.limit) }),
  )

  route(app, contract.getModel, read, async ({ actor, params }) =>
    viewModel(await findModel(house, actor, params.id), actor?.userId),
  )

  route(app, contract.getModelByPath, read, async ({ actor, params }) =>
    viewModel(await findModelByPath(house, actor, params), actor?.userId),
  )

  route(app, contract.listModelFiles, { ...read, rate: 'download' }, async ({ actor, params }) => {
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

  const add = async (actor: Actor, idOrSlug: string, input: contract.NewModel) => {
    const { project } = await findOwnProject(house, actor, idOrSlug)
    const { id, slug, name } = await addModel(actor, project.id, input, clock.now())
    const { username: owner, region } = actor.workspace
    return { modelId: id, id, slug, name, owner, project: project.slug, projectId: project.id, region }
  }

  route(app, contract.createModel, write, ({ actor, body: { projectId, owner: _owner, ...input } }) =>
    add(actor, projectId, input),
  )

  route(app, contract.createModelOf, write, ({ actor, params, body: { model, ...input } }) =>
    add(actor, params.project, model === undefined ? input : { slug: model, ...input }),
  )

  const update = async (actor: Actor, seen: SeenModel, change: contract.ModelChange) => {
    if (isOwn(actor, seen)) {
      await updateModel(actor, seen.model.id, change, clock.now())
      return { success: true } as const
    }
    const { starred, ...rest } = change
    if (starred === undefined || Object.keys(rest).length > 0) throw deniedWithin(actor, seen, 'library.edit')
    const star = { id: seen.model.id, userId: actor.userId }
    await seen.cell.db.transaction((tx) => setStar(tx, 'model', star, starred, clock.now()))
    return { success: true } as const
  }

  route(app, contract.updateModel, write, async ({ actor, params, body }) =>
    update(actor, await findModel(house, actor, params.id), body),
  )

  route(app, contract.updateModelByPath, write, async ({ actor, params, body }) =>
    update(actor, await findOwnModelByPath(house, actor, params), body),
  )

  const copy = {
    access: bySession('library.edit'),
    rate: 'default',
    tag,
    bodyBytesMax: smallBytesMax,
  } as const
  const clone = async (actor: Actor, seen: SeenModel, input: copies.CloneModel) => {
    const { model, project } = await cloneModel(readCharts, actor, seen, input, clock.now())
    return {
      modelId: model.id,
      modelSlug: model.slug,
      modelName: model.name,
      projectId: project.id,
      projectSlug: project.slug,
      projectName: project.name,
      region: actor.workspace.region,
    }
  }

  route(app, copies.cloneModel, copy, async ({ actor, params, body }) =>
    clone(actor, await findModel(house, actor, params.id), body),
  )

  route(app, copies.cloneModelByPath, copy, async ({ actor, params, body }) => {
    const { username: owner, project, model } = params
    return clone(actor, await findModelByPath(house, actor, { owner, project, model }), body)
  })

  const count = { ...read, rate: 'download', bodyBytesMax: smallBytesMax } as const
  route(app, contract.trackDownload, count, async ({ actor, params }) => {
    await trackDownload(await findModel(house, actor, params.id))
    return { success: true }
  })
}
