import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/explore.ts'
import { reader } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { searchExplore, showSidebar } from './explore.ts'

/** What everybody shows to everybody. */
export const exploreRoutes = (app: FastifyInstance, house: House): void => {
  const declared = { access: reader('models', 'datasets', 'read'), rate: 'default', tag: 'Explore' } as const
  route(app, contract.exploreSearch, declared, ({ actor, query }) => searchExplore(house, actor, query))
  route(app, contract.exploreSidebar, declared, ({ actor }) => showSidebar(house, actor))
}
