import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { anyone } from '../../door/access.ts'
import { clientOf } from '../../door/door.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { requireSignUp } from '../accounts/routes.ts'
import { finishOnboarding } from './finish-onboarding.ts'

export const onboardingRoutes = (app: FastifyInstance, house: House): void => {
  const { cookies, clock, config } = house
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
      const signUp = requireSignUp(house, request)
      const done = await finishOnboarding(house, signUp, body, clientOf(request), clock.now())
      cookies.clear(reply, 'gatehouse_sign_up')
      cookies.write(reply, 'gatehouse_session', done.cookie, config.sessionAbsoluteSeconds)
      return done.reply
    },
  )
}
