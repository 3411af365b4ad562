import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/sessions.ts'
import { person } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { sessionOf } from '../session-of.ts'
import { listSessions } from './list-sessions.ts'
import { revokeOtherSessions, revokeSession } from './revoke-sessions.ts'

const declared = { access: person, rate: 'session', tag: 'Sessions' } as const

export const sessionsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house

  route(app, contract.listSessions, declared, async ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return { sessions: await listSessions(house, session, userId, clock.now()) }
  })

  route(app, contract.revokeSession, declared, async ({ actor, params, request, reply }) => {
    const { session, self } = sessionOf(actor)
    await revokeSession(session, self, params.id, clock.now())
    if (params.id === session.sessionId && house.cookies.read(request, 'gatehouse_session'))
      house.cookies.clear(reply, 'gatehouse_session')
    return { success: true, receipt: await reply.receipt() }
  })

  route(app, contract.revokeOtherSessions, declared, async ({ actor, reply }) => {
    const { session, self } = sessionOf(actor)
    const ended = await revokeOtherSessions(session, self, clock.now())
    return { success: true, ended, receipt: await reply.receipt() }
  })
}
