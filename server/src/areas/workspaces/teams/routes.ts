import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/teams.ts'
import { person, personRecently } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { sessionOf } from '../../accounts/session-of.ts'
import { cardOf } from '../workspace-card.ts'
import { createTeam } from './create-team.ts'
import { deleteTeam } from './delete-team.ts'
import { listTeams } from './list-teams.ts'
import { switchWorkspace } from './switch-workspace.ts'

const declared = { access: person, rate: 'session', tag: 'Teams', bodyBytesMax: 16 * 1024 } as const

export const teamsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house

  route(app, contract.listTeams, declared, ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return listTeams(house, userId, session, clock.now())
  })

  route(app, contract.createTeam, declared, async ({ actor, body }) => {
    const { session, userId, self } = sessionOf(actor)
    const creator = { userId, cell: session.cell, requestId: self.requestId }
    return { team: await createTeam(house, creator, body, clock.now()) }
  })

  route(app, contract.switchWorkspace, declared, async ({ actor, body }) => {
    const { session, userId } = sessionOf(actor)
    return { workspace: cardOf(await switchWorkspace(house, userId, session, body.username, clock.now())) }
  })

  route(
    app,
    contract.deleteTeam,
    { ...declared, access: personRecently },
    async ({ actor, query, body, reply }) => {
      if (query.owner !== undefined && query.owner !== body.teamUsername) throw refuse('conflicting_owner')
      await reply.settle(await deleteTeam(house, actor, body, clock.now()))
      return { success: true }
    },
  )
}
