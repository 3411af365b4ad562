import { and, eq, isNull } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { ResourceId } from '#contract/common.ts'
import * as contract from '#contract/trash.ts'
import { bySessionOrKey } from '../../../door/access.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { findOwnModel, findOwnModelByPath, findOwnProject } from '../own.ts'
import { datasets } from '../table.ts'
import { type EndRuns, putInTrash } from './put-in-trash.ts'

const tag = 'Trash'

/** The routes that move something to the trash. What happens there is the area trash, which comes after training. */
export const trashingRoutes = (app: FastifyInstance, house: House, endRuns: EndRuns): void => {
  const { clock } = house
  const ofModels = { access: bySessionOrKey('library.trash', 'models'), rate: 'default', tag } as const
  const ofDatasets = { access: bySessionOrKey('library.trash', 'datasets'), rate: 'default', tag } as const

  const move = (actor: Actor, id: string, type: contract.TrashType): Promise<number> =>
    actor.workspace.cell.db.transaction((tx) => putInTrash(tx, endRuns, actor, { id, type }, clock.now()))

  const moveProject = async (actor: Actor, idOrSlug: string) => {
    const { project } = await findOwnProject(house, actor, idOrSlug)
    return { success: true as const, cascadedModels: await move(actor, project.id, 'project') }
  }
  route(app, contract.trashProject, ofModels, ({ actor, params }) => moveProject(actor, params.id))
  route(app, contract.trashProjectByPath, ofModels, ({ actor, params }) => moveProject(actor, params.project))

  route(app, contract.trashModel, ofModels, async ({ actor, params }) => {
    const { model } = await findOwnModel(house, actor, params.id)
    await move(actor, model.id, 'model')
    return { success: true }
  })
  route(app, contract.trashModelByPath, ofModels, async ({ actor, params }) => {
    const { model } = await findOwnModelByPath(house, actor, params)
    await move(actor, model.id, 'model')
    return { success: true }
  })

  const moveDataset = async (actor: Actor, idOrSlug: string) => {
    await move(actor, await ownDatasetId(actor, idOrSlug), 'dataset')
    return { success: true as const }
  }
  route(app, contract.trashDataset, ofDatasets, ({ actor, params }) => moveDataset(actor, params.id))
  route(app, contract.trashDatasetByPath, ofDatasets, ({ actor, params }) =>
    moveDataset(actor, params.dataset),
  )
}

const ownDatasetId = async ({ workspace }: Actor, idOrSlug: string): Promise<string> => {
  const named = ResourceId.safeParse(idOrSlug).success
    ? eq(datasets.id, idOrSlug)
    : eq(datasets.slug, idOrSlug)
  const [row] = await workspace.cell.db
    .select({ id: datasets.id })
    .from(datasets)
    .where(and(eq(datasets.workspaceId, workspace.id), named, isNull(datasets.trashedAt)))
  if (!row) throw refuse('dataset_not_found')
  return row.id
}
