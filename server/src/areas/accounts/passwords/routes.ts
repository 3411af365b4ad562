import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { anyone, person } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { keepSession } from '../browser-of.ts'
import { sessionOf } from '../session-of.ts'
import { changePassword } from './change-password.ts'
import { forgotPassword } from './forgot-password.ts'
import { resetPassword } from './reset-password.ts'

const tag = 'Accounts'
const small = 16 * 1024

export const passwordsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house

  route(
    app,
    contract.changePassword,
    { access: person, rate: 'session', bodyBytesMax: small, tag },
    async ({ actor, body, reply }) => {
      const { session, self } = sessionOf(actor)
      keepSession(house, reply, await changePassword(house, session, self, body, clock.now()))
      return { success: true, receipt: await reply.receipt() }
    },
  )

  route(
    app,
    contract.forgotPassword,
    { access: anyone('the person cannot sign in'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body }) => {
      await forgotPassword(house, body.email)
      return { success: true }
    },
  )

  route(
    app,
    contract.resetPassword,
    { access: anyone('guarded by the mailed token'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, request, reply }) => {
      const from = { requestId: request.id, ip: request.ip }
      await reply.settle(await resetPassword(house, body, from, clock.now()))
      return { success: true }
    },
  )
}
