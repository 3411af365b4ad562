import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Region } from '#contract/common.ts'
import type { ProviderName } from '#contract/identities.ts'
import { usernameSettlement } from './areas/accounts/create-user.ts'
import { emailSettlement } from './areas/accounts/emails/remove-email.ts'
import { passkeySettlement } from './areas/accounts/factors/remove-passkey.ts'
import { openEventClients, sealDetails } from './areas/accounts/event-clients.ts'
import { identitySettlement } from './areas/accounts/identities/disconnect-identity.ts'
import { mailNotice } from './areas/accounts/notices.ts'
import { mailPasswordReset, startPasswordReset } from './areas/accounts/passwords/forgot-password.ts'
import { undoPreferences } from './areas/accounts/profiles/preferences.ts'
import { accountsRoutes } from './areas/accounts/routes.ts'
import { sweepDevices } from './areas/accounts/sessions/known-device.ts'
import { sweepSessions } from './areas/accounts/sessions/session.ts'
import { sweepSignUps } from './areas/accounts/sign-up/sweep-sign-ups.ts'
import { linkEvents } from './areas/activity/chain/link-events.ts'
import { thinCheckpoints } from './areas/activity/chain/thin-checkpoints.ts'
import { type ActivityNeeds, activityRoutes } from './areas/activity/routes.ts'
import { indexNames } from './areas/activity/search/index-names.ts'
import { findApiKeyByMemory } from './areas/api-keys/key-memory.ts'
import { findKeyNames } from './areas/api-keys/key-names.ts'
import { KeyUsage } from './areas/api-keys/key-usage.ts'
import { sweepUses } from './areas/api-keys/list-uses.ts'
import { mailKeyReminder, remindToRotate } from './areas/api-keys/remind-to-rotate.ts'
import { apiKeySettlement, dropKeysOf, listKeyEntries } from './areas/api-keys/revoke-api-key.ts'
import { apiKeysRoutes } from './areas/api-keys/routes.ts'
import { eraseFiles, eraseLibrary } from './areas/library/erase-library.ts'
import { fileRoutes } from './areas/library/file-routes.ts'
import { copyWeights } from './areas/library/models/copy-weights.ts'
import { sweepUploads } from './areas/library/receive-upload.ts'
import { findPresent } from './areas/library/find-present.ts'
import { libraryRoutes } from './areas/library/routes.ts'
import { onboardingRoutes } from './areas/onboarding/routes.ts'
import { endSilentRuns } from './areas/training/end-run.ts'
import { mailTrainingEnded } from './areas/training/mail-training-ended.ts'
import { readCharts } from './areas/training/read-charts.ts'
import { trainingRoutes } from './areas/training/routes.ts'
import { forgetToken } from './areas/workspaces/invites/change-invite.ts'
import { mailInvite } from './areas/workspaces/invites/invite-mail.ts'
import {
  inviteSettlement,
  lapseInvites,
  listInviteEntries,
  mailInviteLapsed,
  sweepInvites,
} from './areas/workspaces/invites/lapse-invites.ts'
import { memberSettlement } from './areas/workspaces/members/member-entry.ts'
import { findPeople } from './areas/workspaces/members/shared-email.ts'
import { findByMemory } from './areas/workspaces/membership-memory.ts'
import { workspacesRoutes } from './areas/workspaces/routes.ts'
import { passOnName, undoProfile } from './areas/workspaces/settings.ts'
import { type Eraser, eraseDeletedTeam } from './areas/workspaces/teams/delete-team.ts'
import { slotSettlement } from './areas/workspaces/teams/team-slots.ts'
import { settleDirectory } from './directory/janitor.ts'
import type { Identity } from './door/actor.ts'
import { answerBrokenRequest } from './door/broken-request.ts'
import { deniedReason } from './door/denied.ts'
import { installDoor } from './door/door.ts'
import { refuse } from './door/refusal.ts'
import { makeErrorHandler } from './door/replies.ts'
import { setSecurityHeaders } from './door/security-headers.ts'
import { installSettling } from './door/settling.ts'
import { Gate } from './gate/gate.ts'
import { Receipts } from './gate/receipts.ts'
import type { House } from './house.ts'
import { installOpenApi, serveOpenApi } from './openapi.ts'
import { Metrics } from './operator/metrics.ts'
import { operatorRoutes } from './operator/routes.ts'
import { answerWatchersOnly } from './operator/worker-routes.ts'
import type { Jobs } from './outbox/outbox.ts'
import type { Schedule } from './outbox/schedules.ts'
import type { IdentityProvider } from './ports/identity/identity-provider.ts'
import { localIdentityAllowed, mountLocalProvider } from './ports/identity/local-provider.ts'
import { makeIdentityProviders } from './ports/identity/providers.ts'
import { installWebPages } from './web-pages.ts'

export type App = {
  http: FastifyInstance
  jobs: Jobs
  schedules: Schedule[]
  /** Not started yet: until it is, every key is looked up each time. */
  gate: Gate
  /** Writes what is gathered in memory; call before closing the stores. */
  flush(): Promise<void>
}

export type AppOptions = {
  /** Where the built web app lies. */
  webDist: URL
  /** Runs jobs and schedules that have become due, for the controllable clock. */
  runDue: () => Promise<void>
  /** Stands in for the configured providers, for tests. */
  providers?: ReadonlyMap<ProviderName, IdentityProvider>
  /** Adds routes of a test's own. */
  extend?: (http: FastifyInstance) => void
}

/** Puts the house together: the door, the areas in their order, the pages. The only file that knows them all. */
export const buildApp = async (
  house: House,
  { webDist, runDue, extend, providers }: AppOptions,
): Promise<App> => {
  const metrics = new Metrics()
  const usage = new KeyUsage(house)
  const gate = new Gate(house.cells, house.log)
  const receipts = new Receipts(house.directory)
  metrics.watchGate(gate)
  const http = makeHttp(house, metrics, usage)
  if (house.config.role === 'worker') answerWatchersOnly(http)
  await http.register(cookie)
  await installOpenApi(http)
  const identity = identityOf(house, gate)
  installDoor(http, {
    identity,
    clock: house.clock,
    rate: house.rate,
    rateLimits: house.config.rateLimits,
    cookies: house.cookies,
    publicUrl: house.config.publicUrl,
    fallbackUrl: house.siteUrl,
    sealDetails: sealDetails(house.keyRing),
  })
  installSettling(http, {
    clock: house.clock,
    settle: (cell) => gate.settle(cell),
    noteReceipt: (tookMs, at) => receipts.note(tookMs, at),
  })

  activityRoutes(http, house, activityNeeds(house, identity))
  accountsRoutes(http, house, providers ?? providersOf(http, house))
  workspacesRoutes(http, house, dropKeysOf)
  apiKeysRoutes(http, house, { usage, receipts })
  libraryRoutes(http, house, readCharts)
  fileRoutes(http, house)
  trainingRoutes(http, house, usage)
  onboardingRoutes(http, house)
  operatorRoutes(http, house, { metrics, gate, runDue })
  extend?.(http)
  await serveOpenApi(http)
  const pings = Object.values(house.config.regionPingUrls).map((url) => new URL(url).origin)
  await installWebPages(http, webDist, [...new Set(pings)])

  const flush = async () => void (await Promise.all([usage.flush(), receipts.flush()]))
  return { http, jobs: jobsOf(house), schedules: schedulesOf(house, flush), gate, flush }
}

const makeHttp = (house: House, metrics: Metrics, usage: KeyUsage): FastifyInstance => {
  const { config, log, clock } = house
  const onError = makeErrorHandler(log, metrics)
  const http = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    trustProxy: config.trustedProxies.length ? config.trustedProxies : false,
    bodyLimit: 1024 * 1024,
    // A JSON body may use a name that matters to JavaScript objects; it is refused with a sentence.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: (error, socket) => {
      metrics.noteRefusal(answerBrokenRequest(error, socket))
    },
    // Node would refuse a request without a Host in words of its own; the hook below does.
    http: { requireHostHeader: false },
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply, isHttps(house))
      reply.header('x-request-id', request.id)
      onError(error, request, reply)
    },
    // An upload of 1 GiB over a slow line takes its time; headers still have to arrive promptly.
    requestTimeout: 15 * 60_000,
    forceCloseConnections: 'idle',
  })
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  http.setErrorHandler(onError)
  // JSON is the one thing that is read, so that a wrong type is told apart from a wrong body.
  http.removeContentTypeParser('text/plain')
  // Every request passes these: with a callback each costs less than with a promise.
  http.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(reply, isHttps(house))
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    const isNameless = request.headers.host === undefined && request.raw.httpVersion === '1.1'
    done(
      isNameless ? refuse('invalid_request', { message: 'The request does not name its host' }) : undefined,
    )
  })
  // Before the answer leaves, so that whoever gets it finds its own use counted.
  http.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.actor) usage.note(request.actor, request.method, request.routeOptions.url ?? '', clock.now())
    done()
  })
  http.addHook('onResponse', (request, reply, done) => {
    // The pattern, not the address: an address may hold a token or a name.
    const route = request.is404 ? 'page' : (request.routeOptions.url ?? 'unknown')
    const ms = Math.round(reply.elapsedTime * 10) / 10
    metrics.noteRequest(request.method, route, reply.statusCode, ms / 1000)
    const by = request.actor?.credential
    const who = by ? (by.kind === 'key' ? { keyId: by.keyId } : { sessionId: by.sessionId }) : {}
    log.info(
      { requestId: request.id, method: request.method, route, status: reply.statusCode, ms, ...who },
      'request',
    )
    done()
  })
  return http
}

/** Whom people can sign in with: the configured providers, and on a machine of one's own the try-out one. */
const providersOf = (
  http: FastifyInstance,
  { config, siteUrl }: House,
): ReadonlyMap<ProviderName, IdentityProvider> => {
  const configured = makeIdentityProviders(config)
  if (!localIdentityAllowed(config)) return configured
  return new Map([...configured, ['local', mountLocalProvider(http, siteUrl)]])
}

const isHttps = ({ config }: House): boolean => config.publicUrl?.startsWith('https:') ?? false

/** The answers that areas give the door. A person or key without a current role in the workspace is nobody (SPEC 5.2). */
const identityOf = (house: House, gate: Gate): Identity => ({
  ...findByMemory(house, gate),
  findKey: findApiKeyByMemory(house, gate.makeMemory()),
})

/** What other areas know of those an event names, and how each takes back what it told. */
const activityNeeds = ({ keyRing, cookies, clock }: House, identity: Identity): ActivityNeeds => ({
  findPeople: ({ cell, id }, userIds) => findPeople(cell.db, keyRing, id, userIds),
  findKeys: ({ cell, id }, keyIds) => findKeyNames(cell.db, id, keyIds),
  async findGone({ cell, id }, resources) {
    const idsOf = (types: readonly string[]) =>
      resources.filter(({ type }) => types.includes(type)).map((resource) => resource.id)
    const [keys, things] = [idsOf(['api_key']), idsOf(['project', 'model', 'dataset', 'training'])]
    const [names, present] = await Promise.all([
      findKeyNames(cell.db, id, keys),
      findPresent(cell.db, id, things),
    ])
    return new Set([
      ...keys.filter((key) => !names.has(key)),
      ...things.filter((thing) => !present.has(thing)),
    ])
  },
  openClients: ({ cell }, events) => openEventClients(cell, keyRing, events),
  undoers: {
    'settings/updated/profile': undoProfile,
    'settings/updated/preferences': undoPreferences,
  },
  async mayStay(request, { userId, credential, workspace }) {
    const cookie = cookies.read(request, 'gatehouse_session')
    const found = cookie && (await identity.findSession(cookie, clock.now()))
    if (!found || found.userId !== userId) return false
    const active = { cellId: workspace.cell.id, workspaceId: workspace.id }
    const membership =
      workspace.id === userId ? found : await identity.findActive(active, userId, clock.now())
    return membership !== undefined && deniedReason(membership, credential) === undefined
  },
})

const jobsOf = (house: House): Jobs => ({
  'start-password-reset': (payload) => startPasswordReset(house, payload),
  'mail-notice': (payload) => mailNotice(house, payload),
  'mail-password-reset': (payload) => mailPasswordReset(house, payload),
  'forget-invite-token': (payload) => forgetToken(house, payload),
  'mail-invite': (payload) => mailInvite(house, payload),
  'mail-invite-lapsed': (payload) => mailInviteLapsed(house, payload),
  'mail-key-reminder': (payload) => mailKeyReminder(house, payload),
  'rename-guest': (payload) => passOnName(house, payload),
  'erase-team': (payload) => eraseDeletedTeam(house, erasersOf(house), payload),
  'mail-training-ended': (payload) => mailTrainingEnded(house, payload),
  'copy-weights': (payload) => copyWeights(house, payload),
  'remove-file': ({ region, key = '' }) => house.files.remove(region as Region, key),
})

/** What is taken away of a team before its rows go, in this order: entries first, so that nothing points at what is gone. */
const erasersOf = (house: House): Eraser[] => [
  listKeyEntries,
  listInviteEntries,
  async (cell, workspaceId) => {
    await eraseFiles(house, cell, workspaceId)
    await eraseLibrary(cell, workspaceId)
    return []
  },
]

const schedulesOf = (house: House, flush: App['flush']): Schedule[] => {
  const settlements = {
    email: emailSettlement(house),
    username: usernameSettlement(house),
    external_login: identitySettlement(house),
    passkey: passkeySettlement(house),
    api_key: apiKeySettlement(house),
    invite_token: inviteSettlement(house),
    membership: memberSettlement(house, dropKeysOf),
    team_slot: slotSettlement(house),
  }
  return [
    {
      name: 'settle-directory',
      everySeconds: 30,
      run: (at) => settleDirectory(house.directory, settlements, at),
    },
    { name: 'index-names', everySeconds: 5, run: () => indexNames(house) },
    { name: 'flush', everySeconds: 10, everywhere: true, run: flush },
    { name: 'link-events', everySeconds: 1, run: (at) => linkEvents(house, at) },
    { name: 'thin-checkpoints', everySeconds: 86_400, run: (at) => thinCheckpoints(house, at) },
    { name: 'end-silent-runs', everySeconds: 60, run: (at) => endSilentRuns(house, at) },
    { name: 'lapse-invites', everySeconds: 60, run: (at) => lapseInvites(house, at) },
    { name: 'sweep-invites', everySeconds: 86_400, run: (at) => sweepInvites(house, at) },
    { name: 'remind-to-rotate', everySeconds: 3600, run: (at) => remindToRotate(house, at) },
    { name: 'sweep-key-uses', everySeconds: 86_400, run: (at) => sweepUses(house, at) },
    { name: 'sweep-sessions', everySeconds: 3600, run: (at) => sweepSessions(house, at) },
    { name: 'sweep-devices', everySeconds: 86_400, run: (at) => sweepDevices(house, at) },
    { name: 'sweep-sign-ups', everySeconds: 3600, run: (at) => sweepSignUps(house, at) },
    {
      name: 'sweep-used-tokens',
      everySeconds: 3600,
      run: (at) => house.directory.sweepUsedTokens(at),
    },
    { name: 'sweep-uploads', everySeconds: 3600, run: (at) => sweepUploads(house, at) },
    {
      name: 'sweep-rates',
      everySeconds: 60,
      everywhere: true,
      run: async (at) => house.rate.sweep(at.getTime()),
    },
  ]
}
