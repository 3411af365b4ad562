import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as contract from '#contract/accounts.ts'
import type { Region } from '#contract/common.ts'
import { errors } from '#contract/errors.ts'
import type { ProviderName } from '#contract/identities.ts'
import { version } from '../../config.ts'
import { anyone, person } from '../../door/access.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import type { IdentityProvider } from '../../ports/identity/identity-provider.ts'
import { browserOf, endPendingSignIn, keepSession } from './browser-of.ts'
import { changePassword } from './change-password.ts'
import { checkUsername } from './check-username.ts'
import { resendAt } from './code.ts'
import { emailsRoutes } from './emails/routes.ts'
import { factorsRoutes } from './factors/routes.ts'
import { forgotPassword } from './forgot-password.ts'
import { identitiesRoutes } from './identities/routes.ts'
import { pendingSeconds, sealPendingSignIn } from './pending-sign-in.ts'
import { profileRoutes } from './profile-routes.ts'
import { resendCode } from './resend-code.ts'
import { resetPassword } from './reset-password.ts'
import { sessionOf } from './session-of.ts'
import { sessionsRoutes } from './sessions/routes.ts'
import { endSession } from './sessions/session.ts'
import { signIn } from './sign-in.ts'
import { openSignUp, type SignUp, sealSignUp, signUpSeconds } from './sign-up-token.ts'
import { startSignUp } from './start-sign-up.ts'
import { verifySignUp } from './verify-sign-up.ts'

const tag = 'Accounts'
const small = 16 * 1024

export const accountsRoutes = (
  app: FastifyInstance,
  house: House,
  providers: ReadonlyMap<ProviderName, IdentityProvider>,
): void => {
  const offered = new Set(providers.keys())
  const { clock, cookies, config } = house
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

  route(
    app,
    contract.signIn,
    { access: anyone('this is the way in'), rate: 'auth', bodyBytesMax: small, tag },
    async ({ body, request, reply }) => {
      const client = browserOf(house, request)
      const signedIn = await signIn(house, body, client, clock.now())
      // A session is never carried over a sign-in: what was known before it must not open what comes after.
      await endSession(house, cookies.read(request, 'gatehouse_session'))
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
      await endSession(house, cookies.read(request, 'gatehouse_session'))
      cookies.clear(reply, 'gatehouse_session')
      endPendingSignIn(house, request, reply)
      return { success: true }
    },
  )

  route(
    app,
    contract.changePassword,
    { access: person, rate: 'session', bodyBytesMax: small, tag },
    async ({ actor, body, reply }) => {
      const { session, self } = sessionOf(actor)
      keepSession(house, reply, await changePassword(house, session, self, body, clock.now()))
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
      const signInProviders = [...offered]
      const regionPings: Partial<Record<Region, string>> = {}
      for (const region of regions)
        regionPings[region] = config.regionPingUrls[region] ?? `/api/regions/${region}/ping`
      return {
        publicUrl: house.siteUrl(),
        regions,
        regionPings,
        signInProviders,
        mail: house.mail.kind,
        version,
      }
    },
  )

  route(
    app,
    contract.pingRegion,
    { access: anyone('how far away a region is, nothing else'), rate: 'anonymous', tag },
    async ({ params: { region } }) => {
      const cell = house.cells.forNewAccount(region)
      if (!cell) throw refuse('region_unavailable')
      await cell.pool.query('select 1')
      return { region }
    },
  )

  factorsRoutes(app, house, offered)
  identitiesRoutes(app, house, providers)
  sessionsRoutes(app, house)
  emailsRoutes(app, house)
  profileRoutes(app, house)
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
