import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openCells } from '../../server/src/cells/cells.ts'
import { openDatabase } from '../../server/src/cells/database.ts'
import { startEmbeddedPostgres } from '../../server/src/cells/embedded-postgres.ts'
import { systemClock } from '../../server/src/clock.ts'
import { parseConfig } from '../../server/src/config.ts'
import { makeKeyRing, makeMasterKey, parseMasterKeys } from '../../server/src/crypto/key-ring.ts'
import { Directory } from '../../server/src/directory/directory.ts'
import { MemoryRateLimiter } from '../../server/src/ports/memory-rate.ts'
import { makeRequester } from '../../server/test/cluster/request.ts'
import type { TestHouse } from '../../server/test/test-house.ts'
import { freePort } from '../cluster/free-port.ts'
import { startRedis } from '../cluster/redis.ts'
import { endNode, startNode } from '../cluster/start-node.ts'
import type { Running } from '../cluster/start-process.ts'

export type Stage = {
  /** The nodes' ports and processes. */
  nodes: { port: number; child: ChildProcess }[]
  sender: ChildProcess
  redis(): Running
  restartRedis(): Promise<void>
  /** The stores, and requests to the first node: what builders of people, teams and keys need of a house. */
  house: TestHouse
  stop(): Promise<void>
}

const site = 'http://localhost:3000'
const nodeCount = 3
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Nobody is refused for asking often. */
const rateLimits = JSON.stringify(
  Object.fromEntries(Object.keys(parseConfig({}).rateLimits).map((category) => [category, 100_000_000])),
)

/** Starts a Postgres flushed to disk, a Redis, three nodes of the real server and a sender, in a temporary folder. */
export const startStage = async (): Promise<Stage> => {
  const endings: (() => Promise<unknown>)[] = []
  let stopping: Promise<void> | undefined
  const stopAll = async () => {
    for (const end of endings.reverse()) await end().catch((fault) => console.error(fault))
  }
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop().then(() => process.exit(130)))
  try {
    return await start(endings, stop)
  } catch (fault) {
    await stop()
    throw fault
  }
}

const start = async (endings: (() => Promise<unknown>)[], stop: () => Promise<void>): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-drill-'))
  endings.push(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    databases: ['directory', 'us_1'],
  })
  endings.push(() => postgres.stop())
  let redis = await startRedis()
  endings.push(() => redis.stop())
  const masterKeys = `1:${makeMasterKey()}`
  const directorySecret = randomBytes(32).toString('base64url')
  const urls = { directory: postgres.urlOf('directory'), cell: postgres.urlOf('us_1') }
  const environment = {
    PUBLIC_URL: site,
    DATA_DIR: join(folder, 'data'),
    DIRECTORY_DATABASE_URL: urls.directory,
    CELL_DATABASE_URLS: JSON.stringify({ 'us-1': urls.cell }),
    MASTER_KEYS: masterKeys,
    DIRECTORY_SECRET: directorySecret,
    RATE_LIMITS: rateLimits,
    REDIS_URL: redis.url,
    ROLE: 'web',
    SMTP_URL: 'smtp://127.0.0.1:1',
    LOG_LEVEL: 'info',
  }
  const nodes = await Promise.all(
    Array.from({ length: nodeCount }, async () => {
      const port = await freePort()
      const env = { ...environment, PORT: String(port) }
      // The log as in production, where nobody reads it.
      const options = { stderr: openSync(devNull, 'w'), preload: [fileOf('probe-route.ts')] }
      const child = await startNode(env, options)
      endings.push(() => endNode(child))
      return { child, port }
    }),
  )
  // Without the flags of the command's own process, which ends when its npm does.
  const sender = fork(fileOf('sender.ts'), { execArgv: [] })
  endings.push(() => endNode(sender))
  const directoryDatabase = openDatabase(urls.directory, () => {})
  const cells = openCells([{ id: 'us-1', region: 'us', url: urls.cell }], () => {})
  endings.push(async () => {
    await cells.close()
    await directoryDatabase.pool.end()
  })
  const requester = makeRequester(nodes[0]?.port ?? 0, { sendsProxyLine: false })
  endings.push(async () => requester.close())
  const house = {
    config: parseConfig({}),
    clock: systemClock,
    keyRing: makeKeyRing(parseMasterKeys(masterKeys)),
    directory: new Directory(directoryDatabase, Buffer.from(directorySecret, 'utf8')),
    cells,
    http: { inject: requester.inject },
    rate: new MemoryRateLimiter(),
    siteUrl: () => site,
  } as unknown as TestHouse
  return {
    nodes,
    sender,
    house,
    stop,
    redis: () => redis,
    async restartRedis() {
      await redis.stop()
      redis = await startRedis(redis.port)
    },
  }
}
