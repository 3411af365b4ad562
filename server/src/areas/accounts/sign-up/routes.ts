import type { FastifyInstance, FastifyReply } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { errors } from '#contract/errors.ts'
import { anyone } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { resendAt } from '../code.ts'
import { checkUsername } from './check-username.ts'
import { findSignUp, requireSignUp } from './find-sign-up.ts'
import { resendCode } from './resend-code.ts'
import { type SignUp, sealSignUp, signUpSeconds } from './sign-up-token.ts'
import { startSignUp } from './start-sign-up.ts'
import { verifySignUp } from './verify-sign-up.ts'

const tag = 'Accounts'
const small = 16 * 1024

export const signUpRoutes = (app: FastifyInstance, house: House): void => {
  const { clock, cookies } = house
  const withSignUpCookie = anyone('guarded by the sealed sign-up cookie')

  const keepSignUp = (reply: FastifyReply, signUp: SignUp) =>
    cookies.write(reply, 'gatehouse_sign_up', sealSignUp(house.keyRing, signUp), signUpSeconds)
  const resendTime = ({ codeSentAt }: SignUp) => resendAt(new Date(codeSentAt)).toISOString()

  route(
    app,
    contract.signUp,
    { access: anyone('nobody has an account yet'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, request, reply }) => {
      keepSignUp(reply, await startSignUp(house, body, request.ip, clock.now()))
      return { next: 'verify' }
    },
  )

  route(
    app,
    contract.getSignUp,
    { access: withSignUpCookie, rate: 'anonymous', tag },
    async ({ request }) => {
      const signUp = requireSignUp(house, request)
      return {
        email: signUp.email,
        next: signUp.verified ? 'onboarding' : 'verify',
        resendAt: resendTime(signUp),
        ...(signUp.identity ? { provider: signUp.identity.provider } : {}),
        ...(signUp.identity?.name ? { name: signUp.identity.name } : {}),
      }
    },
  )

  route(
    app,
    contract.verifySignUp,
    { access: withSignUpCookie, rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, request, reply }) => {
      const signUp = findSignUp(house, request)
      // A code alone proves nothing; without the sign-up it belongs to it is not a valid one.
      if (!signUp) throw refuse('invalid_code', { message: errors.sign_up_not_started.message })
      keepSignUp(reply, await verifySignUp(house, signUp, body.code, clock.now()))
      return { next: 'onboarding' }
    },
  )

  route(
    app,
    contract.resendCode,
    { access: withSignUpCookie, rate: 'auth', bodyBytesMax: small, tag },
    async ({ request, reply }) => {
      const signUp = await resendCode(house, requireSignUp(house, request), request.ip, clock.now())
      keepSignUp(reply, signUp)
      return { next: 'verify', resendAt: resendTime(signUp) }
    },
  )

  route(
    app,
    contract.checkUsername,
    { access: anyone('tells only what a public profile would'), rate: 'anonymous', tag },
    ({ query }) => checkUsername(house, query.username, query.suggest === 'true'),
  )
}
