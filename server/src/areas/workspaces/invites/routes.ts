import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/members.ts'
import { anyone, bySession, person } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import type { DropKeys } from '../members/drop-member.ts'
import { cardOf } from '../workspace-card.ts'
import { acceptInvite } from './accept-invite.ts'
import { cancelInvite, resendInvite } from './change-invite.ts'
import { showInvite } from './find-invite.ts'

const tag = 'Invites'
const bodyBytesMax = 4 * 1024

export const invitesRoutes = (app: FastifyInstance, house: House, dropKeys: DropKeys): void => {
  const { clock } = house
  const manage = { access: bySession('invites.manage'), rate: 'session', tag, bodyBytesMax } as const

  route(
    app,
    contract.getInvite,
    { access: anyone('the mailed token is the secret'), rate: 'anonymous', tag },
    ({ query }) => showInvite(house, query.token, clock.now()),
  )

  route(
    app,
    contract.acceptInvite,
    { access: person, rate: 'auth', tag, bodyBytesMax },
    async ({ actor, body }) => {
      const joined = await acceptInvite(house, actor, body.token, dropKeys, clock.now())
      return { success: true, workspace: cardOf(joined) }
    },
  )

  route(app, contract.cancelInvite, manage, async ({ actor, params }) => {
    await cancelInvite(house, actor, params.id, clock.now())
    return { success: true }
  })

  route(app, contract.resendInvite, manage, async ({ actor, params }) => {
    const expiresAt = await resendInvite(house, actor, params.id, clock.now())
    return { success: true, expiresAt: expiresAt.toISOString() }
  })
}
