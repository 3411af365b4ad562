import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../server/src/cells/embedded-postgres.ts'
import { parseConfig } from '../server/src/config.ts'
import { makeMasterKey } from '../server/src/crypto/key-ring.ts'
import { cellId, fillHouse, type Stores } from './fill-house.ts'
import { type Generator, type Measurable, startGenerator, startHouse, startPlain } from './processes.ts'

export type StageOptions = {
  keysSmall: number
  keysLarge: number
  verbose: boolean
}

/** All that a measurement needs: two houses that differ in how many keys they have, each with its server, what they are compared with,
 *  and a generator. */
export type Stage = {
  small: Measurable
  large: Measurable
  plain: Measurable
  generator: Generator
  postgresVersion: string
  stop(): Promise<void>
}

/** Nobody is refused for asking often: a refusal is cheaper than an answer. */
const rateLimits = JSON.stringify(
  Object.fromEntries(Object.keys(parseConfig({}).rateLimits).map((category) => [category, 100_000_000])),
)

/** Starts it all on a Postgres of its own, flushed to disk as in production, in a temporary folder. What was started is stopped again
 *  when something does not start, and when the process is asked to end. */
export const startStage = async (options: StageOptions): Promise<Stage> => {
  const endings: (() => Promise<unknown>)[] = []
  let stopping: Promise<void> | undefined
  const stopAll = async () => {
    // The last started is the first to go; one that fails keeps no other from going.
    for (const end of endings.reverse()) await end().catch((fault) => console.error(fault))
  }
  // Whoever asks later waits for the first.
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  const interrupt = () => stop().then(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt)
  const kept = <T extends { stop(): Promise<void> }>(started: T): T => {
    endings.push(() => started.stop())
    return started
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
    endings.push(() => rm(folder, { recursive: true, force: true }))
    const databases = ['small', 'large'].flatMap((size) => [`directory_${size}`, `cell_${size}`])
    const postgres = kept(await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), databases }))
    const house = async (size: 'small' | 'large', keyCount: number) => {
      const stores: Stores = {
        directoryUrl: postgres.urlOf(`directory_${size}`),
        cellUrl: postgres.urlOf(`cell_${size}`),
        masterKeys: `1:${makeMasterKey()}`,
        directorySecret: randomBytes(32).toString('base64url'),
      }
      await fillHouse(stores, keyCount)
      const env = {
        PORT: '0',
        DATA_DIR: join(folder, size),
        DIRECTORY_DATABASE_URL: stores.directoryUrl,
        CELL_DATABASE_URLS: JSON.stringify({ [cellId]: stores.cellUrl }),
        MASTER_KEYS: stores.masterKeys,
        DIRECTORY_SECRET: stores.directorySecret,
        RATE_LIMITS: rateLimits,
        LOG_LEVEL: 'info',
      }
      return kept(await startHouse(env, options.verbose))
    }
    const small = await house('small', options.keysSmall)
    const large = await house('large', options.keysLarge)
    const plain = kept(await startPlain(postgres.urlOf('cell_small'), postgres.urlOf('cell_large')))
    const generator = kept(await startGenerator())
    const postgresVersion = await versionOf(postgres.urlOf('postgres'))
    return { small, large, plain, generator, postgresVersion, stop }
  } catch (fault) {
    await stop()
    throw fault
  }
}

const versionOf = async (connectionString: string): Promise<string> => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? ''
  } finally {
    await client.end()
  }
}
