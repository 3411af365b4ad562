import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { anyone } from '../../door/access.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { browserOf, endOwnSession, keepSession } from '../accounts/browser-of.ts'
import { findSession } from '../accounts/sessions/session.ts'
import { findSignUp } from '../accounts/sign-up/find-sign-up.ts'
import { finishOnboarding } from './finish-onboarding.ts'

export const onboardingRoutes = (app: FastifyInstance, house: House): void => {
  const { cookies, clock } = house
  route(
    app,
    contract.finishOnboarding,
    {
      access: anyone('guarded by the sealed sign-up cookie'),
      rate: 'auth',
      bodyBytesMax: 16 * 1024,
      tag: 'Accounts',
    },
    async ({ body, request, reply }) => {
      const signUp = findSignUp(house, request)
      if (!signUp)
        throw refuse((await isSignedIn(house, request)) ? 'already_onboarded' : 'sign_up_not_started')
      const client = browserOf(house, request)
      const done = await finishOnboarding(house, signUp, body, client, clock.now())
      // Whoever was signed in here before is somebody else.
      await endOwnSession(house, request, reply)
      cookies.clear(reply, 'gatehouse_sign_up')
      keepSession(house, reply, done.cookie, client)
      return done.reply
    },
  )
}

/** Whoever has a session has finished onboarding, whatever became of the sign-up's cookie. */
const isSignedIn = async (house: House, request: FastifyRequest): Promise<boolean> => {
  const cookie = house.cookies.read(request, 'gatehouse_session')
  return cookie !== undefined && (await findSession(house, cookie, house.clock.now())) !== undefined
}
