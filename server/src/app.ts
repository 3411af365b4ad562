import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import type { ProviderName } from '#contract/identities.ts'
import { openEventClients, sealDetails } from './areas/accounts/event-clients.ts'
import { undoPreferences } from './areas/accounts/profiles/preferences.ts'
import { accountsRoutes } from './areas/accounts/routes.ts'
import { type ActivityNeeds, activityRoutes } from './areas/activity/routes.ts'
import { findApiKeyByMemory } from './areas/api-keys/key-memory.ts'
import { findKeyNames } from './areas/api-keys/key-names.ts'
import { KeyUsage } from './areas/api-keys/key-usage.ts'
import { dropKeysOf } from './areas/api-keys/revoke-api-key.ts'
import { apiKeysRoutes } from './areas/api-keys/routes.ts'
import { findPresent } from './areas/library/find-present.ts'
import { libraryRoutes } from './areas/library/routes.ts'
import { storageRoutes } from './areas/library/storage/routes.ts'
import { trashingRoutes } from './areas/library/trash/routes.ts'
import { undoTrash } from './areas/library/trash/undo-trash.ts'
import { libraryUndoers } from './areas/library/undoers.ts'
import { fileRoutes } from './areas/library/uploads/file-routes.ts'
import { uploadsRoutes } from './areas/library/uploads/routes.ts'
import { onboardingRoutes } from './areas/onboarding/routes.ts'
import { endTrashedRuns } from './areas/training/end-trashed-runs.ts'
import { readCharts } from './areas/training/read-charts.ts'
import { trainingRoutes } from './areas/training/routes.ts'
import { trashRoutes } from './areas/trash/routes.ts'
import { findPeople } from './areas/workspaces/members/shared-email.ts'
import { findByMemory } from './areas/workspaces/membership-memory.ts'
import { workspacesRoutes } from './areas/workspaces/routes.ts'
import { undoProfile } from './areas/workspaces/settings.ts'
import { jobsOf, schedulesOf } from './background.ts'
import type { Identity } from './door/actor.ts'
import { deniedReason } from './door/denied.ts'
import { installDoor } from './door/door.ts'
import { installSettling } from './door/settling.ts'
import { Gate } from './gate/gate.ts'
import { Receipts } from './gate/receipts.ts'
import type { House } from './house.ts'
import { makeHttp } from './make-http.ts'
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
  uploadsRoutes(http, house)
  trashingRoutes(http, house, endTrashedRuns)
  storageRoutes(http, house)
  trainingRoutes(http, house, usage)
  trashRoutes(http, house)
  onboardingRoutes(http, house)
  operatorRoutes(http, house, { metrics, gate, runDue })
  extend?.(http)
  await serveOpenApi(http)
  const pings = Object.values(house.config.regionPingUrls).map((url) => new URL(url).origin)
  await installWebPages(http, webDist, [...new Set(pings)])

  const flush = async () => {
    const written = await Promise.allSettled([usage.flush(), receipts.flush()])
    for (const one of written) if (one.status === 'rejected') throw one.reason
  }
  return { http, jobs: jobsOf(house), schedules: schedulesOf(house, metrics, flush), gate, flush }
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
    ...libraryUndoers,
    ...undoTrash(endTrashedRuns),
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
