import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { errors } from '#contract/errors.ts'
import { secondsAfter } from '../../clock.ts'
import { version } from '../../config.ts'
import { anyone } from '../../door/access.ts'
import { clientOf } from '../../door/door.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { checkUsername } from './check-username.ts'
import { forgotPassword } from './forgot-password.ts'
import { resendCode } from './resend-code.ts'
import { resetPassword } from './reset-password.ts'
import { endSession } from './session.ts'
import { signIn } from './sign-in.ts'
import { codeResendSeconds, openSignUp, type SignUp, sealSignUp, signUpSeconds } from './sign-up-token.ts'
import { startSignUp } from './start-sign-up.ts'
import { verifySignUp } from './verify-sign-up.ts'

const tag = 'Accounts'
const small = 16 * 1024

export const accountsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock, cookies, config } = house
  const withSignUpCookie = anyone('guarded by the sealed sign-up cookie')

  const keepSignUp = (reply: FastifyReply, signUp: SignUp) =>
    cookies.write(reply, 'gatehouse_sign_up', sealSignUp(house.keyRing, signUp), signUpSeconds)
  const resendAt = (signUp: SignUp) =>
    secondsAfter(new Date(signUp.codeSentAt), codeResendSeconds).toISOString()

  route(
    app,
    contract.signUp,
    { access: anyone('nobody has an account yet'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, reply }) => {
      keepSignUp(reply, await startSignUp(house, body, clock.now()))
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
        resendAt: resendAt(signUp),
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
      const signUp = await resendCode(house, requireSignUp(house, request), clock.now())
      keepSignUp(reply, signUp)
      return { next: 'verify', resendAt: resendAt(signUp) }
    },
  )

  route(
    app,
    contract.checkUsername,
    { access: anyone('tells only what a public profile would'), rate: 'anonymous', tag },
    ({ query }) => checkUsername(house, query.username, query.suggest === 'true'),
  )

  route(
    app,
    contract.signIn,
    { access: anyone('this is the way in'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, request, reply }) => {
      const cookie = await signIn(house, body, clientOf(request), clock.now())
      // A session is never carried over a sign-in: what was known before it must not open what comes after.
      await endSession(house, cookies.read(request, 'gatehouse_session'))
      cookies.write(reply, 'gatehouse_session', cookie, config.sessionAbsoluteSeconds)
      return { next: 'home' }
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
      await endSession(house, cookies.read(request, 'gatehouse_session'))
      cookies.clear(reply, 'gatehouse_session')
      return { success: true }
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
    async ({ body, request }) => {
      await resetPassword(house, body, request.id, clock.now())
      return { success: true }
    },
  )

  route(
    app,
    contract.getInstance,
    { access: anyone('needed before anybody is signed in'), rate: 'anonymous', tag },
    async () => {
      const regions = [...house.cells.regions]
      return { publicUrl: house.siteUrl(), regions, mail: house.mail.kind, version }
    },
  )
}

type Needs = Pick<House, 'keyRing' | 'cookies' | 'clock'>

/** The sign-up in this browser, or undefined. */
export const findSignUp = ({ keyRing, cookies, clock }: Needs, request: FastifyRequest): SignUp | undefined =>
  openSignUp(keyRing, cookies.read(request, 'gatehouse_sign_up'), clock.now())

/** The sign-up in this browser, or the refusal that there is none. */
const requireSignUp = (house: Needs, request: FastifyRequest): SignUp => {
  const signUp = findSignUp(house, request)
  if (!signUp) throw refuse('sign_up_not_started')
  return signUp
}
