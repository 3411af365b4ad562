import type { FastifyInstance } from 'fastify'
import { ResourceId } from '#contract/common.ts'
import * as contract from '#contract/datasets.ts'
import { bySessionOrKey, reader } from '../../../door/access.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedWithin } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { locateWorkspace } from '../../workspaces/find-membership.ts'
import { setStar } from '../stars.ts'
import type { DatasetRow } from '../table.ts'
import { cloneDataset } from './clone-dataset.ts'
import { contentsRoutes } from './contents-routes.ts'
import { createDataset } from './create-dataset.ts'
import { listDatasets, viewDataset } from './list-datasets.ts'
import {
  findDataset,
  findDatasetByPath,
  findNamedDataset,
  findOwnDataset,
  isOwnDataset,
  type SeenDataset,
} from './seen-dataset.ts'
import { updateDataset } from './update-dataset.ts'

const tag = 'Datasets'
/** 25,000 names of classes, each of a hundred letters of any script. */
const bodyBytesMax = 8 * 2 ** 20

export const datasetsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  const read = { access: reader('datasets', 'read'), rate: 'default', tag } as const
  const write = {
    access: bySessionOrKey('library.edit', 'datasets'),
    rate: 'default',
    tag,
    bodyBytesMax,
  } as const

  const show = (actor: Actor | null, seen: SeenDataset) =>
    viewDataset(house, seen, actor?.userId, clock.now())

  route(app, contract.listDatasets, read, ({ actor, query }) =>
    listDatasets(house, actor, query, clock.now()),
  )

  // One segment is an id, a username or a slug of the workspace, in that order (SPEC 15.1).
  route(app, contract.getDataset, read, async ({ actor, params: { id } }) => {
    if (ResourceId.safeParse(id).success) return show(actor, await findDataset(house, actor, id))
    if (await locateWorkspace(house, id))
      return listDatasets(house, actor, { username: id, limit: 20 }, clock.now())
    if (!actor) throw refuse('dataset_not_found')
    return show(actor, await findNamedDataset(house, actor, id))
  })

  route(app, contract.getDatasetByPath, read, async ({ actor, params }) =>
    show(actor, await findDatasetByPath(house, actor, params)),
  )

  route(app, contract.createDataset, write, async ({ actor, body: { owner: _owner, ...input } }) =>
    createdView(actor, await createDataset(actor, input, clock.now())),
  )

  route(app, contract.createDatasetOf, write, async ({ actor, body }) =>
    createdView(actor, await createDataset(actor, body, clock.now())),
  )

  const update = async (actor: Actor, seen: SeenDataset, change: contract.DatasetChange) => {
    if (isOwnDataset(actor, seen)) {
      const { slug } = await updateDataset(actor, seen.dataset.id, change, clock.now())
      return { success: true, slug } as const
    }
    const { starred, ...rest } = change
    if (starred === undefined || Object.keys(rest).length > 0) throw deniedWithin(actor, seen, 'library.edit')
    const star = { id: seen.dataset.id, userId: actor.userId }
    await seen.cell.db.transaction((tx) => setStar(tx, 'dataset', star, starred, clock.now()))
    return { success: true, slug: seen.dataset.slug } as const
  }

  route(app, contract.updateDataset, write, async ({ actor, params, body }) =>
    update(actor, await findNamedDataset(house, actor, params.id), body),
  )

  route(app, contract.updateDatasetByPath, write, async ({ actor, params, body }) =>
    update(actor, await findOwnDataset(house, actor, params.dataset), body),
  )

  const clone = async (
    actor: Actor,
    seen: SeenDataset,
    { owner: _owner, ...input }: contract.CloneDataset,
  ) => {
    const { dataset, jobId } = await cloneDataset(actor, seen, input, clock.now())
    return { ...createdView(actor, dataset), jobId }
  }

  route(app, contract.cloneDataset, write, async ({ actor, params, body }) =>
    clone(actor, await findDataset(house, actor, params.id), body),
  )

  route(app, contract.cloneDatasetByPath, write, async ({ actor, params, body }) =>
    clone(actor, await findDatasetByPath(house, actor, { ...params, owner: params.username }), body),
  )

  contentsRoutes(app, house)
}

/** What older and newer clients read of something new, in one. */
const createdView = ({ workspace }: Actor, { id, slug }: DatasetRow) => ({
  datasetId: id,
  id,
  slug,
  owner: workspace.username,
  dataset: slug,
  region: workspace.region,
})
