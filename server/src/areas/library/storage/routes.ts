import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/storage.ts'
import { bySession, bySessionOrKey } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { recalculateStorage } from './recalculate-storage.ts'
import { viewStorage } from './view-storage.ts'

const tag = 'Storage'

export const storageRoutes = (app: FastifyInstance, { clock }: House): void => {
  const viewing = { access: bySessionOrKey('library.view', 'read'), rate: 'default', tag } as const
  // Admins and whoever it is their own: the same who may change its profile (SPEC 11.1).
  const counting = { access: bySession('workspace.edit'), rate: 'session', tag } as const

  route(app, contract.getStorage, viewing, ({ actor, query }) =>
    viewStorage(actor, query.details === 'true', clock.now()),
  )

  route(app, contract.recalculateStorage, counting, async ({ actor }) => ({
    success: true,
    ...(await recalculateStorage(actor, clock.now())),
  }))
}
