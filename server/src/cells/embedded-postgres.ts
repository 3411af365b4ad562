import { chmod, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Account, chooseAccount } from './embedded/account.ts'
import { binary } from './embedded/binaries.ts'
import { clearOrphan, clusterOf, ensureCluster } from './embedded/cluster.ts'
import {
  announceEndpoint,
  type Endpoint,
  listenSettings,
  makeEndpoint,
  readEndpoint,
  removeEndpoint,
  urlOf,
} from './embedded/endpoint.ts'
import { lockFolder, ownerOf } from './embedded/owner-lock.ts'
import { isPostmasterOf, pidInFile } from './embedded/processes.ts'
import { openServerLog, type ServerLog } from './embedded/server-log.ts'
import { startWatched, type WatchedProcess } from './embedded/watched-process.ts'

export type EmbeddedPostgres = {
  /** The connection URL of a database on this server, in the form node-postgres takes as `connectionString`. */
  urlOf(database: string): string
  /** Disconnects everybody, stops the server cleanly and lets go of the data folder. A second call waits for the first. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  dataDir: string
  /** Created when missing. */
  databases: readonly string[]
  /** False only for tests: nothing is flushed to disk, so a power cut would lose data. */
  durable?: boolean
  /** Called with one sentence when the server ends without `stop()` having been asked for. */
  onUnexpectedEnd?: (sentence: string) => void
}

const startSecondsMax = 30

/** Starts a real Postgres on a data folder and resolves when it takes connections and has the databases. It ends with this
 *  process, however that ends; one left over from a killed process is stopped first. Throws one sentence when another
 *  living process has the folder, or when Postgres does not start. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const dataDir = await realpath(options.dataDir)
  const unlock = await lockFolder(dataDir)
  try {
    const account = await chooseAccount(dataDir)
    if (account.ids) await chmod(dataDir, 0o711)
    const durable = options.durable ?? true
    await clearOrphan(clusterOf(dataDir), account)
    await ensureCluster(dataDir, account, durable)
    const endpoint = await makeEndpoint(dataDir, account)
    const server = await startServer(dataDir, account, endpoint, durable).catch(async (error: unknown) => {
      await removeEndpoint(dataDir, endpoint)
      throw error
    })
    const stop = async () => {
      await server.stop()
      await removeEndpoint(dataDir, endpoint)
      await unlock()
    }
    try {
      await createDatabases(endpoint, options.databases)
      await announceEndpoint(dataDir, endpoint)
    } catch (error) {
      await stop()
      throw error
    }
    server.onUnexpectedEnd(options.onUnexpectedEnd)
    let stopping: Promise<void> | undefined
    return {
      urlOf: (database) => urlOf(endpoint, database),
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

/** The Postgres that a running server of this data folder started, for the operator command; undefined when none runs. */
export async function findRunningPostgres(
  dataDir: string,
): Promise<{ urlOf(database: string): string } | undefined> {
  const real = await realpath(dataDir).catch(() => undefined)
  if (!real || !(await ownerOf(real))) return undefined
  const endpoint = await readEndpoint(real)
  if (!endpoint) return undefined
  const cluster = clusterOf(real)
  const pid = await pidInFile(join(cluster, 'postmaster.pid'))
  if (pid === undefined) return undefined
  if (process.platform !== 'win32' && !(await isPostmasterOf(pid, cluster))) return undefined
  return { urlOf: (database) => urlOf(endpoint, database) }
}

async function startServer(dataDir: string, account: Account, endpoint: Endpoint, durable: boolean) {
  const log = await openServerLog(dataDir)
  const settings = { ...listenSettings(endpoint), ...serverSettings(durable) }
  const words = [
    binary(account.native, 'postgres'),
    '-D',
    clusterOf(dataDir),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const server = startWatched(account, words, log.fd)
  let wanted = false
  const stop = async () => {
    wanted = true
    server.end()
    await server.ended
    await log.close()
  }
  try {
    await waitUntilReady(server, endpoint, log)
  } catch (error) {
    await stop()
    throw error
  }
  const onUnexpectedEnd = (report: ((sentence: string) => void) | undefined) => {
    if (!report) return
    void server.ended.then(async () => {
      if (!wanted) report(`The embedded Postgres ended unexpectedly: ${await log.lastLine()}`)
    })
  }
  return { stop, onUnexpectedEnd }
}

/** One node's share of a machine. Statements and their values stay out of the log: they hold people's data. */
function serverSettings(durable: boolean): Record<string, string> {
  return {
    max_connections: '200',
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    wal_compression: 'on',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_checkpoints: 'off',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
}

async function waitUntilReady(server: WatchedProcess, endpoint: Endpoint, log: ServerLog): Promise<void> {
  const end = Date.now() + startSecondsMax * 1000
  while (!server.hasEnded()) {
    const answered = await connect(endpoint, 'postgres').then(
      (client) => client.end(),
      (error: Error) => error,
    )
    if (!answered) return
    if (Date.now() > end)
      throw new Error(
        `The embedded Postgres took no connections within ${startSecondsMax} s: ${answered.message}`,
      )
    await Promise.race([sleep(15), server.ended])
  }
  const { failure } = await server.ended
  throw new Error(`The embedded Postgres did not start: ${failure?.message ?? (await log.lastLine())}`)
}

async function createDatabases(endpoint: Endpoint, databases: readonly string[]): Promise<void> {
  const client = await connect(endpoint, 'postgres')
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database')
    const there = new Set(rows.map((row) => row.datname))
    for (const database of databases)
      if (!there.has(database)) await client.query(`create database ${client.escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}

async function connect(endpoint: Endpoint, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(endpoint, database), connectionTimeoutMillis: 2000 })
  // Without a listener, a server that goes away would end this process too.
  client.on('error', () => undefined)
  await client.connect()
  return client
}
