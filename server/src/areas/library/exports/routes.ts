import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/exports.ts'
import { bySessionOrKey } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { findOwnModel } from '../own.ts'
import { deleteExport, findExport, listExports, startExport } from './exports.ts'

const tag = 'Exports'
const bodyBytesMax = 16 * 1024

/** Models in other formats: what there is, and why nothing new is made here. */
export const exportsRoutes = (app: FastifyInstance, house: House): void => {
  const read = { access: bySessionOrKey('library.view', 'models', 'read'), rate: 'default', tag } as const
  const write = {
    access: bySessionOrKey('library.download', 'models'),
    rate: 'export',
    tag,
    bodyBytesMax,
  } as const

  route(app, contract.listExports, read, ({ actor, query }) => listExports(actor, query))
  route(app, contract.getExport, read, async ({ actor, params }) => ({
    export: await findExport(actor, params.id),
  }))
  route(app, contract.createExport, write, async ({ actor, body: { modelId, ...wanted } }) =>
    startExport(actor, await findOwnModel(house, actor, modelId), wanted),
  )
  route(app, contract.deleteExport, { ...write, rate: 'default' }, async ({ actor, params }) => {
    await deleteExport(actor, params.id, house.clock.now())
    return { success: true }
  })
}
