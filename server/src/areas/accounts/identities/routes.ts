import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProviderName, ProviderProblem } from '#contract/identities.ts'
import * as contract from '#contract/identities.ts'
import { anyone, person, personRecently } from '../../../door/access.ts'
import { isRecent } from '../../../door/door.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import { isFromElsewhere } from '../../../door/same-origin.ts'
import type { House } from '../../../house.ts'
import type { IdentityProvider } from '../../../ports/identity/identity-provider.ts'
import { browserOf, endOwnSession, endPendingSignIn, keepSession } from '../browser-of.ts'
import { sessionOf } from '../session-of.ts'
import type { Client } from '../sessions/known-device.ts'
import { findSession } from '../sessions/session.ts'
import { pendingSeconds, sealPendingSignIn } from '../sign-in/pending-sign-in.ts'
import { sealSignUp, signUpSeconds } from '../sign-up/sign-up-token.ts'
import { disconnectIdentity } from './disconnect-identity.ts'
import { listIdentities } from './list-identities.ts'
import { type Outcome, returnFromProvider } from './return-from-provider.ts'
import { makeVisit, openVisit, sealVisit, type Visit, visitSeconds } from './visit.ts'

const tag = 'Connected accounts'

export const identitiesRoutes = (
  app: FastifyInstance,
  house: House,
  providers: ReadonlyMap<ProviderName, IdentityProvider>,
): void => {
  const { clock, cookies, keyRing } = house
  const offered = new Set(providers.keys())

  const requireProvider = (name: ProviderName): IdentityProvider => {
    const provider = providers.get(name)
    if (!provider) throw refuse('provider_not_found')
    return provider
  }

  const findOwnSession = async (request: FastifyRequest) => {
    const cookie = cookies.read(request, 'gatehouse_session')
    return cookie === undefined ? undefined : findSession(house, cookie, clock.now())
  }

  route(
    app,
    contract.startProviderSignIn,
    { access: anyone('begins a visit that only this browser can end'), rate: 'anonymous', tag },
    async ({ params, query, request, reply }) => {
      const provider = requireProvider(params.provider)
      const { intent = 'sign-in', next = intent === 'sign-in' ? '/home' : '/settings' } = query
      // A link on another site must not set this in motion: nobody gets in, or connects anything, without having asked for it here.
      if (isFromElsewhere(request.headers))
        return sendTo(reply, intent === 'sign-in' ? '/sign-in' : '/settings')
      let sessionId: string | null = null
      if (intent !== 'sign-in') {
        const session = await findOwnSession(request)
        if (!session) return sendTo(reply, `/sign-in?next=${encodeURIComponent(next)}`)
        if (intent === 'connect' && !isRecent(session.credential, clock.now()))
          return sendTo(reply, withProblem(next, 'reauthentication_required'))
        sessionId = session.credential.sessionId
      }
      const about = { provider: provider.name, intent, next: withoutProblem(next), sessionId }
      const visit = makeVisit(house, about, clock.now())
      const url = await provider.begin(visit, { fresh: intent === 'confirm' }).catch((fault) => {
        house.log.warn({ provider: provider.name, fault }, 'a provider could not be reached')
        return undefined
      })
      if (!url) return sendTo(reply, backTo(visit, 'provider_failed'))
      cookies.write(reply, 'gatehouse_visit', sealVisit(keyRing, visit), visitSeconds)
      return sendTo(reply, url.href)
    },
  )

  route(
    app,
    contract.finishProviderSignIn,
    { access: anyone('guarded by the state of the visit'), rate: 'anonymous', tag },
    async ({ params, query, request, reply }) => {
      const provider = requireProvider(params.provider)
      const at = clock.now()
      const cookie = cookies.read(request, 'gatehouse_visit')
      const visit = openVisit(keyRing, cookie, { provider: provider.name, state: query.state }, at)
      if (!visit) return sendTo(reply, '/sign-in?problem=provider_expired')
      cookies.clear(reply, 'gatehouse_visit')
      const callback = new URL(visit.redirectUri)
      callback.search = new URL(request.url, visit.redirectUri).search
      const session = visit.sessionId === null ? undefined : await findOwnSession(request)
      const client = browserOf(house, request)
      const outcome = await returnFromProvider(house, provider, visit, callback, { session, client, at })
      // The token before a rotation is dead on every node before anybody has the new one.
      if (session) await reply.settle(session.credential.cell)
      await goOn(request, reply, { visit, outcome, client })
      return null
    },
  )

  /** Puts into the browser what came of the visit, and sends it on. */
  const goOn = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { visit, outcome, client }: { visit: Visit; outcome: Outcome; client: Client },
  ): Promise<void> => {
    if (outcome.next === 'home') {
      await endOwnSession(house, request, reply)
      endPendingSignIn(house, request, reply)
      keepSession(house, reply, outcome.cookie, client)
      reply.redirect(visit.next, 302)
    } else if (outcome.next === 'second-factor') {
      // Somebody who only confirms who they are stays in until they have.
      if (visit.intent === 'sign-in') {
        await endOwnSession(house, request, reply)
        cookies.clear(reply, 'gatehouse_session')
      }
      const sealed = sealPendingSignIn(keyRing, outcome.pending)
      cookies.write(reply, 'gatehouse_second_factor', sealed, pendingSeconds)
      reply.redirect(`/second-factor?next=${encodeURIComponent(visit.next)}`, 302)
    } else if (outcome.next === 'back') {
      if ('cookie' in outcome) keepSession(house, reply, outcome.cookie)
      reply.redirect('problem' in outcome ? backTo(visit, outcome.problem) : visit.next, 302)
    } else {
      cookies.write(reply, 'gatehouse_sign_up', sealSignUp(keyRing, outcome.signUp), signUpSeconds)
      reply.redirect(`/${outcome.next}`, 302)
    }
  }

  app.register(async (forms) => {
    forms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    route(
      forms,
      contract.forwardProviderForm,
      {
        access: anyone('guarded by the state of the visit', { anyOrigin: true }),
        rate: 'anonymous',
        bodyBytesMax: 16 * 1024,
        tag,
      },
      async ({ params, body, reply }) => {
        requireProvider(params.provider)
        const known = Object.entries(body).filter(([, value]) => value !== undefined)
        const query = new URLSearchParams(known as [string, string][])
        reply.redirect(`/api/auth/oauth/${params.provider}/callback?${query}`, 303)
        return null
      },
    )
  })

  route(app, contract.listIdentities, { access: person, rate: 'session', tag }, async ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return listIdentities(house, session.cell, userId)
  })

  route(
    app,
    contract.disconnectIdentity,
    { access: personRecently, rate: 'session', tag },
    async ({ actor, params, reply }) => {
      const { session, self } = sessionOf(actor)
      keepSession(
        house,
        reply,
        await disconnectIdentity(house, session, self, params.provider, offered, clock.now()),
      )
      return { success: true }
    },
  )
}

const sendTo = (reply: FastifyReply, address: string): null => {
  reply.redirect(address, 302)
  return null
}

/** A sign-in that failed goes back to where one signs in; what was asked from inside goes back there. */
const backTo = ({ intent, next }: Visit, problem: ProviderProblem): string =>
  intent === 'sign-in'
    ? `/sign-in?problem=${problem}&next=${encodeURIComponent(next)}`
    : withProblem(next, problem)

/** A page that told of a problem does not tell of it again when somebody comes back. */
const withoutProblem = (path: string): string => {
  if (!path.includes('problem=')) return path
  const url = new URL(path, 'http://site')
  url.searchParams.delete('problem')
  return pathOf(url)
}

const withProblem = (path: string, problem: ProviderProblem): string => {
  const url = new URL(path, 'http://site')
  url.searchParams.set('problem', problem)
  return pathOf(url)
}

/** Once its dots are resolved /..//evil.example begins with two slashes, and would name another site. */
const pathOf = ({ pathname, search, hash }: URL): string => `/${pathname.replace(/^\/+/, '')}${search}${hash}`
