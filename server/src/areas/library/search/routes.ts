import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/workspace-search.ts'
import { bySession, bySessionOrLiveKey } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { summariseAccount } from './account-summary.ts'
import { searchWorkspace } from './search-workspace.ts'

/** The workspace at a glance, and the search of its pages. */
export const searchRoutes = (app: FastifyInstance, house: House): void => {
  route(
    app,
    contract.getAccountSummary,
    { access: bySessionOrLiveKey('workspace.view'), rate: 'default', tag: 'Workspaces' },
    ({ actor }) => summariseAccount(house, actor, house.clock.now()),
  )
  route(
    app,
    contract.searchWorkspace,
    { access: bySession('library.view'), rate: 'session', tag: 'Workspaces' },
    ({ actor, query }) => searchWorkspace(actor, query.q),
  )
}
