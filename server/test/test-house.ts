import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'
import pg from 'pg'
import { inject } from 'vitest'
import { type App, type AppOptions, buildApp } from '../src/app.ts'
import { openCells } from '../src/cells/cells.ts'
import { openDatabase } from '../src/cells/database.ts'
import type { Clock } from '../src/clock.ts'
import { type Config, parseConfig } from '../src/config.ts'
import { makeKeyRing } from '../src/crypto/key-ring.ts'
import { Directory } from '../src/directory/directory.ts'
import { makeCookies } from '../src/door/cookies.ts'
import { mendUploadFraming } from '../src/door/framing.ts'
import type { House } from '../src/house.ts'
import { makeLog } from '../src/log.ts'
import { runDueJobs } from '../src/outbox/outbox.ts'
import { Schedules } from '../src/outbox/schedules.ts'
import { diskFiles } from '../src/ports/disk-files.ts'
import type { MailPort } from '../src/ports/mail.ts'
import { Mailbox } from '../src/ports/mailbox.ts'
import { MemoryRateLimiter } from '../src/ports/memory-rate.ts'
import { type Cluster, joinCluster } from './cluster/join-cluster.ts'
import { openNodeRate } from './cluster/node-rate.ts'
import { noteInProcess, noteSent } from './cluster/tally.ts'
import { templates } from './global-setup.ts'

/** Time that stands still until a test moves it. */
export class TestClock implements Clock {
  private at = new Date('2026-03-02T09:00:00.000Z')
  private readonly hears: ((at: Date) => void)[] = []

  now(): Date {
    return new Date(this.at)
  }

  advance(seconds: number): void {
    this.at = new Date(this.at.getTime() + seconds * 1000)
    for (const hear of this.hears) hear(this.now())
  }

  onAdvance(hear: (at: Date) => void): void {
    this.hears.push(hear)
  }
}

export type TestHouse = House & {
  app: App
  http: FastifyInstance
  clock: TestClock
  mailbox: Mailbox
  /** Every log line so far, as one text. */
  logged(): string
  /** Database URLs, to look at or to hand to a second process. */
  urls: { directory: string; cells: Record<string, string> }
  filesDir: string
  runJobs(): Promise<void>
  runSchedules(): Promise<void>
  /** Listens on a real port, upload framing included, and returns the address. */
  listen(): Promise<string>
  stop(): Promise<void>
}

export type TestHouseOptions = {
  config?: Partial<Config>
  mail?: MailPort
  extend?: (http: FastifyInstance) => void
  /** Remembers keys, as a server does. Its beats show in dumps and among statements, so most houses go without. */
  gate?: true
  /** Stands in for the providers that the configuration names. */
  providers?: AppOptions['providers']
}

/** High enough that only tests about limits meet them. */
const generous = Object.fromEntries(
  Object.keys(parseConfig({}).rateLimits).map((category) => [category, 1_000_000]),
) as Config['rateLimits']

/** A whole house on databases of its own, copied from the migrated templates, with the embedded ports. */
export const startTestHouse = async (options: TestHouseOptions = {}): Promise<TestHouse> => {
  const serverUrl = inject('postgresUrl')
  const suffix = randomBytes(6).toString('hex')
  const names = {
    directory: `directory_${suffix}`,
    'us-1': `us_${suffix}`,
    'eu-1': `eu_${suffix}`,
    'ap-1': `ap_${suffix}`,
  }
  const urlOf = (database: string) => serverUrl.replace('DATABASE', database)
  await administer(urlOf('postgres'), async (client) => {
    for (const [place, name] of Object.entries(names))
      await client.query(
        `create database ${name} template ${place === 'directory' ? templates.directory : templates.cell} strategy file_copy`,
      )
  })
  const filesDir = await mkdtemp(join(tmpdir(), 'gatehouse-files-'))
  const logs = new PassThrough()
  let logged = ''
  logs.on('data', (line) => {
    logged += line
  })
  const ignore = () => {}
  const directoryDatabase = openDatabase(urlOf(names.directory), ignore)
  const cells = openCells(
    (['us', 'eu', 'ap'] as const).map((region) => ({
      id: `${region}-1`,
      region,
      url: urlOf(names[`${region}-1`]),
    })),
    ignore,
  )
  const config: Config = { ...parseConfig({}), rateLimits: generous, ...options.config }
  const clock = new TestClock()
  const mailbox = new Mailbox(clock)
  const isAlone = options.extend !== undefined
  const nodes = isAlone ? null : inject('nodes')
  let url = 'http://localhost:3000'
  const secrets = {
    masterKeys: config.secrets?.masterKeys ?? new Map([[1, randomBytes(32)]]),
    directorySecret: config.secrets?.directorySecret ?? randomBytes(32),
  }
  const house: House & { clock: TestClock } = {
    config,
    clock,
    log: makeLog('debug', logs),
    keyRing: makeKeyRing(secrets.masterKeys),
    directory: new Directory(directoryDatabase, secrets.directorySecret),
    cells,
    mail: options.mail ?? mailbox,
    files: diskFiles(filesDir),
    rate: nodes ? await openNodeRate(nodes.redisUrl, secrets.directorySecret) : new MemoryRateLimiter(),
    cookies: makeCookies(config.publicUrl?.startsWith('https:') ?? false),
    siteUrl: () => config.publicUrl ?? url,
  }
  const pools = [directoryDatabase.pool, ...cells.all.map((cell) => cell.pool)]
  const runJobs = (): Promise<void> => runDueJobs(pools, app.jobs, house.log)
  const app = await buildApp(house, {
    webDist: new URL('../../web/dist/', import.meta.url),
    runDue: runJobs,
    ...(options.extend ? { extend: options.extend } : {}),
    ...(options.providers ? { providers: options.providers } : {}),
  })
  await app.http.ready()
  const urls = {
    directory: urlOf(names.directory),
    cells: { 'us-1': urlOf(names['us-1']), 'eu-1': urlOf(names['eu-1']), 'ap-1': urlOf(names['ap-1']) },
  }
  const cluster = nodes
    ? await joinCluster(
        nodes.sockets,
        {
          urls,
          config,
          ...secrets,
          filesDir,
          siteUrl: url,
          now: clock.now(),
          mail: options.mail?.kind ?? null,
          providers: options.providers
            ? [...options.providers.values()].map(({ name, issuer }) => ({ name, issuer }))
            : null,
          redisUrl: nodes.redisUrl,
        },
        {
          cells: cells.all,
          gate: app.gate,
          mail: house.mail,
          providers: options.providers,
          clock,
          log: (line) => void logs.write(line),
        },
      )
    : undefined
  if (options.gate && !cluster) app.gate.start()
  const schedules = new Schedules(app.schedules, clock, house.log)
  return {
    ...house,
    app: cluster ? { ...app, flush: cluster.flush } : app,
    http: inject('nodes') ? through(cluster, app.http) : app.http,
    mailbox,
    urls,
    filesDir,
    logged: () => logged,
    runJobs,
    async runSchedules() {
      await cluster?.runSchedules()
      await schedules.runAll()
    },
    async listen() {
      if (cluster) {
        url = await cluster.listen()
        return url
      }
      mendUploadFraming(app.http.server)
      await app.http.listen({ port: 0, host: '127.0.0.1' })
      url = `http://localhost:${(app.http.server.address() as AddressInfo).port}`
      return url
    },
    async stop() {
      await cluster?.stop()
      await app.http.close()
      await app.gate.stop()
      await house.rate.close()
      await cells.close()
      await directoryDatabase.pool.end()
      await rm(filesDir, { recursive: true, force: true })
      await administer(urlOf('postgres'), async (client) => {
        for (const name of Object.values(names))
          await client.query(`drop database if exists ${name} with (force)`)
      })
    },
  }
}

/** The application as tests hold it: what they inject goes to the nodes of the house when it has any. */
const through = (cluster: Cluster | undefined, http: FastifyInstance): FastifyInstance => {
  const inject = (options: InjectOptions | string) => {
    if (cluster) noteSent()
    else noteInProcess('the house has routes of the test')
    return cluster ? cluster.inject(options) : http.inject(options)
  }
  return new Proxy(http, {
    get: (target, name) => (name === 'inject' ? inject : Reflect.get(target, name)),
  })
}

const administer = async (url: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
