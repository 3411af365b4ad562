import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { z } from 'zod'
import { coversScope, may } from '#contract/permissions.ts'
import type { Clock } from '../clock.ts'
import type { RateDecision, RateLimiter } from '../ports/rate.ts'
import type { Access, Declaration, Rate } from './access.ts'
import type {
  Actor,
  ClientDetails,
  Identity,
  KeyCredential,
  Membership,
  SealDetails,
  SessionCredential,
} from './actor.ts'
import type { Cookies } from './cookies.ts'
import { deniedReason } from './denied.ts'
import { deniedByRole, deniedByScope, deniedElsewhere, deniedToKeys } from './helpful.ts'
import { findHostileText } from './hostile-text.ts'
import { networkOf } from './network-of.ts'
import type { RateCategory, RateLimits } from './rate-categories.ts'
import { refuse, refuseUntil } from './refusal.ts'
import { isSameOrigin, safeMethods } from './same-origin.ts'
import { isExpired, requireWorking } from './working-key.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    rate?: Rate
    onlyAdds?: true
  }
  interface FastifyRequest {
    /** Set by the door; null on routes open to the world and for anonymous readers. */
    actor: Actor | null
  }
}

export type DoorOptions = {
  identity: Identity
  clock: Clock
  rate: RateLimiter
  rateLimits: RateLimits
  cookies: Cookies
  publicUrl: string | null
  /** Where the server listens, when PUBLIC_URL is unset. */
  fallbackUrl: () => string
  sealDetails: SealDetails
}

/** The one door (ARCHITECTURE): every request passes it before its handler. It finds out who is asking, about which workspace,
 *  whether they may, and how often they have; a route that does not declare its answers stops the start. */
export const installDoor = (app: FastifyInstance, options: DoorOptions): void => {
  app.decorateRequest('actor', null)

  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  app.addHook('onReady', async () => {
    for (const { method, url, config } of routes)
      if (!config?.access || !config.rate)
        throw new Error(`${String(method)} ${url} does not declare its access and rate category`)
  })

  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return
    const declaration = request.routeOptions.config as unknown as Declaration
    refuseHostileAddress(request)
    if (!safeMethods.has(request.method)) refuseForeignOrigin(request, declaration.access, options)
    request.actor = await authenticate(request, reply, declaration, options)
    // Known first, refused then: the access log and the key's own record tell who tried.
    if (request.actor?.credential.kind === 'key') {
      requireWorking(request.actor.credential, request.ip)
      refuseUnsuitedKey(declaration.access, request.actor.credential)
    }
  })

  app.addHook('preValidation', async (request, reply) => {
    if (request.is404) return
    if (request.actor && reply.elapsedTime > slowBodyMs) await requireStill(request, request.actor, options)
    const hostile = findHostileText(request.body)
    if (hostile) throw refuse('invalid_request', { message: `The body ${hostile}` })
    const { access } = request.routeOptions.config as unknown as Declaration
    if (access.who === 'member' || access.who === 'reader') await authorize(request, access, options)
  })
}

/** A body that took longer than this may have been sent on after the key or session it came with was taken away. */
const slowBodyMs = 1000

/** Looks again whether the key or the session of a request is live. */
const requireStill = async (request: FastifyRequest, actor: Actor, options: DoorOptions): Promise<void> => {
  const at = options.clock.now()
  if (actor.credential.kind === 'key') {
    const found = await findKey(request, options)
    if (!found || isExpired(found.credential, at)) throw refuse('invalid_api_key')
    requireWorking(found.credential, request.ip)
    Object.assign(actor, found)
  } else {
    const cookie = options.cookies.read(request, 'gatehouse_session')
    const found = cookie && (await options.identity.findSession(cookie, at))
    if (!found) throw refuse('authentication_required')
    Object.assign(actor, found)
  }
}

/** Text in the address is checked before anything looks at it. */
const refuseHostileAddress = (request: FastifyRequest): void => {
  const hostile = findHostileText(request.query) ?? findHostileText(request.params)
  if (hostile) throw refuse('invalid_request', { message: `The address ${hostile}` })
}

const refuseForeignOrigin = (request: FastifyRequest, access: Access, options: DoorOptions): void => {
  const { headers } = request
  const hasCookie =
    options.cookies.read(request, 'gatehouse_session') !== undefined ||
    options.cookies.read(request, 'gatehouse_sign_up') !== undefined ||
    options.cookies.read(request, 'gatehouse_second_factor') !== undefined
  // A key is never attached by a browser itself, so a request that carries one and no cookie borrows nothing.
  if (headers.authorization !== undefined && !hasCookie) return
  if (access.who === 'anyone' && access.anyOrigin) return
  const borrows = hasCookie && !(access.who === 'anyone' && access.originFree)
  if (!isSameOrigin(headers, borrows, options.publicUrl, options.fallbackUrl())) throw refuse('cross_origin')
}

/** Who is asking, and whether they have asked too often. */
const authenticate = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { access, rate }: Declaration,
  options: DoorOptions,
): Promise<Actor | null> => {
  const take = (subject: string, category: Rate): Promise<void> | undefined =>
    category === 'unlimited' ? undefined : takeRate(reply, options, subject, category)
  if (access.who === 'anyone') {
    await take(`ip:${networkOf(request.ip)}`, rate)
    // The ways to an account are for people: a live key is told so, for its client would throw it away on 401.
    const isWayIn = rate === 'auth' || request.routeOptions.url?.startsWith('/api/auth/')
    if (isWayIn && (await findKey(request, options))) throw deniedToKeys()
    return null
  }
  if (request.headers.authorization !== undefined) {
    const found = await findKey(request, options)
    if (!found) {
      await take(`ip:${networkOf(request.ip)}`, 'anonymous')
      throw refuse('invalid_api_key')
    }
    if (isExpired(found.credential, options.clock.now())) {
      await take(`ip:${networkOf(request.ip)}`, 'anonymous')
      throw refuse('api_key_expired', {
        hint: `This key ended on ${found.credential.expiresAt?.toISOString()}. Create another one.`,
      })
    }
    const waited = take(`key:${found.credential.keyId}`, rate)
    if (waited) await waited
    return { ...found, client: clientOf(request), sealDetails: options.sealDetails }
  }
  const cookie = options.cookies.read(request, 'gatehouse_session')
  const found = cookie && (await options.identity.findSession(cookie, options.clock.now()))
  if (found && acceptsSession(access)) {
    const waited = take(`user:${found.userId}`, 'session')
    if (waited) await waited
    if (rate === 'auth') await take(`ip:${networkOf(request.ip)}`, rate)
    if (access.who === 'person' && access.recent) requireRecent(found.credential, options.clock.now())
    return { ...found, client: clientOf(request), sealDetails: options.sealDetails }
  }
  await take(`ip:${networkOf(request.ip)}`, 'anonymous')
  if (access.who === 'reader') return null
  throw refuse(acceptsSession(access) ? 'authentication_required' : 'invalid_api_key')
}

const findKey = async ({ headers }: FastifyRequest, { identity, clock }: DoorOptions) => {
  const value = headers.authorization === undefined ? undefined : bearerKey(headers.authorization)
  return value === undefined ? undefined : identity.findKey(value, clock.now())
}

/** How long a proof of who somebody is lasts for dangerous actions (SPEC 14.2). */
export const recentSeconds = 15 * 60

/** Refuses with reauthentication_required when the person last proved who they are too long ago. */
export const requireRecent = (session: SessionCredential, at: Date): void => {
  if (!isRecent(session, at)) throw refuse('reauthentication_required')
}

export const isRecent = ({ authenticatedAt }: SessionCredential, at: Date): boolean =>
  at.getTime() - authenticatedAt.getTime() <= recentSeconds * 1000

const acceptsSession = (access: Access): boolean => access.who !== 'member' || access.session

/** A live key that does not suit the route is told 403, never 401: clients throw a key away on 401 (SPEC 0.2). */
const refuseUnsuitedKey = (access: Access, key: KeyCredential): void => {
  if (access.who === 'anyone') return
  const needed = access.who === 'person' ? null : access.key
  if (needed === null) throw deniedToKeys()
  if (needed !== 'live' && !coversScope(key.scopes, needed)) throw deniedByScope(key, needed)
}

const bearerKey = (authorization: string): string | undefined =>
  /^Bearer (ul_[0-9a-f]{40})$/i.exec(authorization.trim())?.[1]

/** Where a request came from. Personal: see ClientDetails. */
export const clientOf = (request: FastifyRequest): ClientDetails => ({
  ip: request.ip,
  userAgent: (request.headers['user-agent'] ?? '').slice(0, 400),
  requestId: request.id,
})

/** Counts the request and refuses with rate_limited. What is known on this node is answered at once, so that the way of a key costs no
 *  turn of the event loop. */
const takeRate = (
  reply: FastifyReply,
  options: DoorOptions,
  subject: string,
  category: RateCategory,
): Promise<void> | undefined => {
  const at = options.clock.now()
  const decision = options.rate.take(`${category}:${subject}`, options.rateLimits[category], at.getTime())
  if (decision instanceof Promise) return decision.then((known) => applyRate(reply, known, at))
  applyRate(reply, decision, at)
  return undefined
}

const applyRate = (reply: FastifyReply, decision: RateDecision, at: Date): void => {
  reply.header('x-ratelimit-limit', decision.limit)
  reply.header('x-ratelimit-remaining', decision.remaining)
  if (!decision.allowed) throw refuseUntil('rate_limited', new Date(decision.resetAtMs), at)
}

/** Which workspace, and whether the role there allows it. Missing and not-yours are one refusal. */
const authorize = async (
  request: FastifyRequest,
  access: Extract<Access, { who: 'member' | 'reader' }>,
  { identity, clock }: DoorOptions,
): Promise<void> => {
  const { actor } = request
  if (!actor) return
  const owner = namedOwner(request, access)
  const chosen = (await chosenMembership(actor, owner, identity, clock.now())) ?? actor
  const denied = deniedReason(chosen, actor.credential)
  // Who only looks, without naming a workspace, looks as themselves where the active one is closed to them.
  if (denied && access.who === 'reader' && owner === undefined) return
  if (denied && !(access.who === 'member' && access.closedToo)) throw refuse(denied)
  Object.assign(actor, { workspace: chosen.workspace, role: chosen.role })
  if (access.who === 'member' && !may(actor.role, access.permission))
    throw deniedByRole(actor, access.permission)
}

/** A session acts in the workspace the request names, else in its active one, else in the person's own; an active one that the person
 *  has left since is none. A key acts in its own workspace and nowhere else (SPEC 0.2). */
const chosenMembership = async (
  actor: Actor,
  owner: string | undefined,
  identity: Identity,
  at: Date,
): Promise<Membership | undefined> => {
  const { credential, userId, workspace } = actor
  if (owner === workspace.username) return undefined
  if (credential.kind === 'key') {
    if (owner === undefined) return undefined
    throw deniedElsewhere(actor)
  }
  if (owner === undefined)
    return credential.active ? identity.findActive(credential.active, userId, at) : undefined
  const membership = await identity.findMembership(owner, userId, at)
  if (!membership) throw refuse('workspace_not_found')
  return membership
}

/** The workspace named by `?owner=`, by the body's `owner` where the route takes one, or by the address of what a member changes; two
 *  different ones contradict each other. */
const namedOwner = (request: FastifyRequest, access: Access): string | undefined => {
  const inQuery = (request.query as { owner?: unknown } | undefined)?.owner
  const inBody = takesOwner(request.routeOptions.schema?.body)
    ? (request.body as { owner?: unknown } | null | undefined)?.owner
    : undefined
  if (inQuery !== undefined && inBody !== undefined && inQuery !== inBody) throw refuse('conflicting_owner')
  const inPath =
    access.who === 'member' ? (request.params as { owner?: unknown } | undefined)?.owner : undefined
  const owner = inQuery ?? inBody ?? inPath
  return typeof owner === 'string' && owner !== '' ? owner : undefined
}

/** Elsewhere an `owner` is a field nobody knows: ingest drops it, other routes refuse it. */
const takesOwner = (body: unknown): boolean => body instanceof z.ZodObject && 'owner' in body.shape
