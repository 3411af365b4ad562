import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { anyone } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { browserOf, endOwnSession, endPendingSignIn, keepSession } from '../browser-of.ts'
import { pendingSeconds, sealPendingSignIn } from './pending-sign-in.ts'
import { signIn } from './sign-in.ts'

const tag = 'Accounts'
const small = 16 * 1024

export const signInRoutes = (app: FastifyInstance, house: House): void => {
  const { clock, cookies } = house

  route(
    app,
    contract.signIn,
    { access: anyone('this is the way in'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, request, reply }) => {
      const client = browserOf(house, request)
      const signedIn = await signIn(house, body, client, clock.now())
      await endOwnSession(house, request, reply)
      if (signedIn.next === 'home') {
        endPendingSignIn(house, request, reply)
        keepSession(house, reply, signedIn.cookie, client)
      } else {
        cookies.clear(reply, 'gatehouse_session')
        const sealed = sealPendingSignIn(house.keyRing, signedIn.pending)
        cookies.write(reply, 'gatehouse_second_factor', sealed, pendingSeconds)
      }
      return { next: signedIn.next }
    },
  )

  route(
    app,
    contract.signOut,
    {
      access: anyone('ends whatever session the cookie names, also a lapsed one'),
      rate: 'auth',
      bodyBytesMax: small,
      tag,
    },
    async ({ request, reply }) => {
      await endOwnSession(house, request, reply)
      cookies.clear(reply, 'gatehouse_session')
      endPendingSignIn(house, request, reply)
      return { success: true }
    },
  )
}
