import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { openCells } from './cells/cells.ts'
import { openDatabase } from './cells/database.ts'
import { migrate } from './cells/migrate.ts'
import { type Clock, ControllableClock, systemClock } from './clock.ts'
import { type Config, version } from './config.ts'
import { ConfigError } from './config-values.ts'
import { makeKeyRing } from './crypto/key-ring.ts'
import { Directory } from './directory/directory.ts'
import { checkSecrets } from './directory/installation.ts'
import { makeCookies } from './door/cookies.ts'
import { mendUploadFraming } from './door/framing.ts'
import { loadEmbeddedSecrets, type Stores, startEmbeddedStores } from './embedded-stores.ts'
import type { House } from './house.ts'
import { type Log, makeLog } from './log.ts'
import { runDueJobs, startWorkers } from './outbox/outbox.ts'
import { Schedules } from './outbox/schedules.ts'
import { diskFiles } from './ports/disk-files.ts'
import { localIdentityAllowed } from './ports/identity/local-provider.ts'
import { Mailbox } from './ports/mailbox.ts'
import { MemoryRateLimiter } from './ports/memory-rate.ts'
import type { RateLimiter } from './ports/rate.ts'
import { RedisRateLimiter } from './ports/redis-rate.ts'
import { redisRateStore } from './ports/redis-rate-store.ts'
import { s3Files } from './ports/s3-files.ts'
import { smtpMail } from './ports/smtp-mail.ts'

export type RunningServer = { url: string; banner: string; stop(): Promise<void> }

/** How long requests under way may take to finish once the process was asked to stop. */
const drainMs = 5000

/** Starts everything in one process: stores, migrations, jobs, web and API. Throws one sentence when it cannot. */
export const startServer = async (config: Config): Promise<RunningServer> => {
  const log = makeLog(config.logLevel)
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const secrets = config.secrets ?? (await loadEmbeddedSecrets(config.dataDir))
  const stores: Stores = config.stores
    ? { ...config.stores, stop: async () => {} }
    : await startEmbeddedStores(config.dataDir, (sentence) => {
        process.stderr.write(`${sentence}\n`)
        process.exit(1)
      })
  let url = ''
  let stopping = false
  const onError = (error: Error) => {
    if (!stopping) log.warn({ fault: error }, 'store connection lost')
  }
  const directoryDatabase = openDatabase(stores.directoryUrl, onError)
  const cells = openCells(stores.cells, onError)
  const pools = [directoryDatabase.pool, ...cells.all.map((cell) => cell.pool)]
  const keyRing = makeKeyRing(secrets.masterKeys)
  const clock = await makeClock(config)
  const house: House = {
    config,
    clock,
    log,
    keyRing,
    directory: new Directory(directoryDatabase, secrets.directorySecret),
    cells,
    mail: config.smtp ? smtpMail(config.smtp) : new Mailbox(clock),
    files: config.s3 ? s3Files(config.s3) : diskFiles(join(config.dataDir, 'files')),
    rate: await openRate(config, secrets.directorySecret, log),
    cookies: makeCookies(config.publicUrl?.startsWith('https:') ?? false),
    siteUrl: () => config.publicUrl ?? url,
  }

  await migrate(directoryDatabase.pool, 'directory')
  await Promise.all(cells.all.map((cell) => migrate(cell.pool, 'cell')))
  await checkSecrets(house.directory, keyRing)

  const app = await buildApp(house, {
    webDist: new URL('../../web/dist/', import.meta.url),
    runDue: async () => {
      await runDueJobs(pools, app.jobs, log)
      await schedules.runAll()
      await runDueJobs(pools, app.jobs, log)
    },
  })
  const takesJobs = config.role !== 'web'
  const due = app.schedules.filter(({ everywhere }) => takesJobs || everywhere)
  const schedules = new Schedules(due, clock, log)
  mendUploadFraming(app.http.server)
  // Before anybody can ask: a change made here is confirmed by whoever hears, this node among them. A worker
  // asks nobody who they are, so no change has to wait for it.
  if (config.role !== 'worker') app.gate.start()
  url = `http://${hostForUrl(config.host)}:${await listen(app.http, config)}`
  const stopWorkers = takesJobs ? await startWorkers(pools, app.jobs, log) : async () => {}
  schedules.start()
  // What an earlier process left half done is finished before anybody can run into it.
  await schedules.runAll()

  const stop = async (): Promise<void> => {
    stopping = true
    const impatience = setTimeout(() => app.http.server.closeAllConnections(), drainMs)
    await app.http.close()
    clearTimeout(impatience)
    await app.flush().catch(() => {})
    await app.gate.stop()
    await schedules.stop()
    await stopWorkers()
    await house.mail.close()
    await house.rate.close()
    await Promise.all([cells.close(), directoryDatabase.pool.end()])
    await stores.stop()
  }
  return { url: house.siteUrl(), banner: bannerOf(house, url), stop }
}

/** The name under which people on this machine reach what listens on `host`. */
const hostForUrl = (host: string): string => {
  if (/^(localhost|127\..*|0\.0\.0\.0|::1?)$/.test(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

const listen = async (http: FastifyInstance, { port, host }: Config): Promise<number> => {
  try {
    await http.listen({ port, host })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new ConfigError(`PORT ${port} is already in use.`)
    throw error
  }
  return (http.server.address() as AddressInfo).port
}

/** Limits that nodes share, once the Redis of the configuration answers; nothing waits for it longer than a second. */
const openRate = async ({ redisUrl }: Config, secret: Buffer, log: Log): Promise<RateLimiter> => {
  if (redisUrl === null) return new MemoryRateLimiter()
  const rate = new RedisRateLimiter(redisRateStore(redisUrl), {
    secret,
    onChange: (shared, fault) =>
      shared
        ? log.info('rate limits are shared by Redis')
        : log.warn({ fault }, 'Redis does not answer: rate limits are counted per node'),
  })
  await rate.start()
  return rate
}

/** The controllable clock keeps its offset over a restart: time never runs backwards. */
const makeClock = async ({ clock, dataDir }: Config): Promise<Clock> => {
  if (clock === 'system') return systemClock
  const path = join(dataDir, 'clock.json')
  const saved = await readFile(path, 'utf8').catch(() => '0')
  return new ControllableClock(Number(saved) || 0, (offsetMs) => {
    writeFile(path, String(offsetMs)).catch(() => {})
  })
}

const bannerOf = ({ config, mail, siteUrl, cells, rate }: House, url: string): string => {
  const regions = cells.regions.join(', ')
  const lines = [
    `Gatehouse ${version} is running at ${siteUrl()}${siteUrl() === url ? '' : ` (listening on ${url})`}`,
    '',
    `  Data folder  ${config.dataDir}`,
    `  Postgres     ${config.stores ? 'external' : 'embedded'}, regions ${regions}`,
    `  Mail         ${mail.kind === 'smtp' ? 'SMTP' : `embedded, read it at ${url}/_mailbox`}`,
    `  Files        ${
      config.s3
        ? Object.values(config.s3.buckets)
            .map(({ bucket }) => bucket)
            .join(', ')
        : 'embedded, on the local disk'
    }`,
    `  Rate limits  ${rate.sharing().shared ? 'shared by Redis' : `per node${config.redisUrl ? ' until Redis answers' : ''}`}`,
    ...(localIdentityAllowed(config)
      ? ['  Sign-in      embedded provider to try the buttons, on this machine only']
      : []),
    ...(config.clock === 'controllable' ? [`  Clock        controllable, at ${url}/_clock`] : []),
    '',
    'Press Ctrl-C to stop.',
    '',
  ]
  return lines.join('\n')
}
