import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '../server/src/config.ts'
import { makeMasterKey } from '../server/src/crypto/key-ring.ts'
import { cellId, fillHouse } from './fill-house.ts'
import type { Place } from './places.ts'
import { startHouse } from './processes.ts'
import { query } from './query.ts'

/** An installation of Gatehouse: its databases by name, how many keys they hold, how many servers it runs, and the Redis they share. */
export type HousePlan = {
  name: string
  keyCount: number
  nodes: number
  redisUrl: string | undefined
}

type Around = {
  folder: string
  urlOf(database: string): string
  verbose: boolean
  /** Takes note of what has to be stopped again. */
  kept<T extends { stop(): Promise<void> }>(started: T): T
}

/** The databases of a house. */
export const databasesOf = (name: string): string[] => [`directory_${name}`, `cell_${name}`]

/** Nobody is refused for asking often: a refusal is cheaper than an answer. */
const rateLimits = JSON.stringify(
  Object.fromEntries(Object.keys(parseConfig({}).rateLimits).map((category) => [category, 100_000_000])),
)

/** Fills its databases, starts its servers and waits until all of them hear of changes. */
export const startInstallation = async (
  { name, keyCount, nodes, redisUrl }: HousePlan,
  { folder, urlOf, verbose, kept }: Around,
): Promise<Place> => {
  const [directoryUrl = '', cellUrl = ''] = databasesOf(name).map(urlOf)
  const masterKeys = `1:${makeMasterKey()}`
  const directorySecret = randomBytes(32).toString('base64url')
  const cookies = await fillHouse({ directoryUrl, cellUrl, masterKeys, directorySecret }, keyCount)
  const env = {
    PORT: '0',
    DATA_DIR: join(folder, name),
    DIRECTORY_DATABASE_URL: directoryUrl,
    CELL_DATABASE_URLS: JSON.stringify({ [cellId]: cellUrl }),
    MASTER_KEYS: masterKeys,
    DIRECTORY_SECRET: directorySecret,
    RATE_LIMITS: rateLimits,
    LOG_LEVEL: 'info',
    // The mailbox in memory belongs to one process alone. No mail is sent here.
    ...(nodes > 1 ? { SMTP_URL: 'smtp://127.0.0.1:9' } : {}),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  }
  const processes = []
  for (let n = 0; n < nodes; n++) {
    // One does the jobs besides.
    const role = n === 0 ? 'all' : 'web'
    processes.push(kept(await startHouse({ ...env, ROLE: role }, verbose)))
  }
  await allListen(cellUrl, nodes)
  return { processes, cookies }
}

const listenSecondsMax = 30

/** Waits until this many nodes say that they hear of changes in a cell. */
export const allListen = async (cellUrl: string, nodes: number): Promise<void> => {
  const endMs = performance.now() + listenSecondsMax * 1000
  for (;;) {
    const rows = await query(cellUrl, 'select id from gate_nodes')
    if (rows.length === nodes) return
    if (performance.now() > endMs)
      throw new Error(`${rows.length} of ${nodes} nodes listened within ${listenSecondsMax} s`)
    await sleep(20)
  }
}
