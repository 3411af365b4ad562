import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../server/src/cells/embedded-postgres.ts'
import { databasesOf, startInstallation } from './house.ts'
import type { Place, PlaceName } from './places.ts'
import { type Generator, startGenerator, startPlain } from './processes.ts'
import { query } from './query.ts'
import { startRedis } from './redis.ts'
import { installRivals, startBetterAuth } from './rivals.ts'

export type StageOptions = {
  keysSmall: number
  keysLarge: number
  verbose: boolean
}

/** All that a measurement needs: installations of Gatehouse that differ in how many keys and how many servers they have, what they are
 *  compared with, and a generator. */
export type Stage = {
  places: Record<PlaceName, Place>
  generator: Generator
  /** Where the three nodes keep their keys. */
  nodesCellUrl: string
  postgresVersion: string
  /** Whether the three nodes share a Redis. */
  hasRedis: boolean
  stop(): Promise<void>
}

/** How many nodes a deployment of several has here. */
export const nodeCount = 3

/** Starts it all on a Postgres of its own, flushed to disk as in production, in a temporary folder. What was started is stopped again
 *  when something does not start, and when the process is asked to end. */
export const startStage = async (
  { keysSmall, keysLarge, verbose }: StageOptions,
  tell: (sentence: string) => void,
): Promise<Stage> => {
  await installRivals(tell)
  const { kept, keptUntil, stop } = makeEndings()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
    keptUntil(() => rm(folder, { recursive: true, force: true }))
    const databases = [...['small', 'large', 'nodes'].flatMap(databasesOf), 'rival']
    const postgres = kept(await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), databases }))
    const { urlOf } = postgres
    const redis = await startRedis(folder)
    if (redis) kept(redis)
    else tell('redis-server is not installed: each of the three nodes counts rate limits for itself')

    const around = { folder, urlOf, verbose, kept }
    const redisUrl = undefined
    const small = await startInstallation({ name: 'small', keyCount: keysSmall, nodes: 1, redisUrl }, around)
    tell(`filling the large table with ${keysLarge.toLocaleString('en')} keys`)
    // Two: one would have to remember all the keys that are used once while the hot ones are measured.
    const large = await startInstallation({ name: 'large', keyCount: keysLarge, nodes: 2, redisUrl }, around)
    const many = { name: 'nodes', keyCount: keysSmall, nodes: nodeCount, redisUrl: redis?.url }
    const nodes = await startInstallation(many, around)
    const plain = kept(await startPlain(urlOf('cell_small'), urlOf('cell_large')))
    const rival = kept(await startBetterAuth(urlOf('rival'), keysSmall))
    return {
      places: {
        small,
        large: { ...large, processes: large.processes.slice(0, 1) },
        cold: { ...large, processes: large.processes.slice(1) },
        nodes,
        plain: { processes: [plain], cookies: [] },
        rival: rival.place,
        rivalCached: { ...rival.place, cookies: rival.cached },
      },
      generator: kept(await startGenerator()),
      nodesCellUrl: urlOf('cell_nodes'),
      postgresVersion: await versionOf(urlOf('postgres')),
      hasRedis: redis !== undefined,
      stop,
    }
  } catch (fault) {
    await stop()
    throw fault
  }
}

/** What has to be undone at the end, and is also when the process is asked to end before. */
const makeEndings = () => {
  const endings: (() => Promise<unknown>)[] = []
  let stopping: Promise<void> | undefined
  const stopAll = async () => {
    // The last started is the first to go; one that fails keeps no other from going.
    for (let end = endings.pop(); end; end = endings.pop()) await end().catch((fault) => console.error(fault))
  }
  // Whoever asks later waits for the first.
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  const interrupt = () => stop().then(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt)
  const keptUntil = (end: () => Promise<unknown>) => {
    endings.push(end)
    // What was just starting when it was time to stop.
    if (stopping) void stopping.then(stopAll)
  }
  const kept = <T extends { stop(): Promise<void> }>(started: T): T => {
    keptUntil(() => started.stop())
    return started
  }
  return { kept, keptUntil, stop }
}

const versionOf = async (url: string): Promise<string> => {
  const [row] = await query<{ server_version: string }>(url, 'show server_version')
  return row?.server_version ?? ''
}
