import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/deployments.ts'
import { bySession, bySessionOrKey } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { findOwnModel } from '../own.ts'
import {
  createDeployment,
  deleteDeployment,
  findDeployment,
  listDeployments,
  startDeployment,
} from './deployments.ts'

const tag = 'Deployments'
const bodyBytesMax = 16 * 1024

/** Models that answer requests: written down and counted here, run by nothing. */
export const deploymentsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  const read = { access: bySessionOrKey('library.view', 'models', 'read'), rate: 'default', tag } as const
  const write = {
    access: bySessionOrKey('deployments.manage', 'models'),
    rate: 'default',
    tag,
    bodyBytesMax,
  } as const

  route(app, contract.listDeployments, read, ({ actor, query }) => listDeployments(actor, query, clock.now()))
  route(app, contract.getDeployment, read, async ({ actor, params }) => ({
    deployment: await findDeployment(actor, params.id),
  }))
  route(
    app,
    contract.createDeployment,
    write,
    async ({ actor, body: { modelId, owner: _owner, ...wanted } }) => {
      const seen = await findOwnModel(house, actor, modelId)
      const deployment = await createDeployment(actor, seen, wanted, clock.now())
      return { deploymentId: deployment._id, deployment }
    },
  )
  route(app, contract.deleteDeployment, write, async ({ actor, params }) => {
    await deleteDeployment(actor, params.id, clock.now())
    return { success: true }
  })
  route(
    app,
    contract.startDeployment,
    { ...write, access: bySession('deployments.manage') },
    ({ actor, params }) => startDeployment(actor, params.id),
  )
}
