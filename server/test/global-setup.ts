import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../src/cells/database.ts'
import { startEmbeddedPostgres } from '../src/cells/embedded-postgres.ts'
import { migrate } from '../src/cells/migrate.ts'
import { type NodeProcesses, startNodeProcesses } from './cluster/start-nodes.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the test server with `DATABASE` where the database's name goes. */
    postgresUrl: string
    /** Null: houses live in the test's own process. */
    nodes: NodeProcesses | null
  }
}

export const templates = { directory: 'template_directory', cell: 'template_cell' } as const

/** One real Postgres for the whole run, with a migrated template of each kind that every test file copies. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
  const postgres = await startEmbeddedPostgres({
    dataDir,
    databases: Object.values(templates),
    durable: false,
  })
  for (const kind of ['directory', 'cell'] as const) {
    const { pool } = openDatabase(postgres.urlOf(templates[kind]), () => {})
    await migrate(pool, kind)
    await pool.end()
  }
  project.provide('postgresUrl', postgres.urlOf('DATABASE'))
  const count = Number(process.env.GATEHOUSE_TEST_NODES ?? 0)
  const nodes = count ? await startNodeProcesses(count) : undefined
  project.provide('nodes', nodes ? { sockets: nodes.sockets, redisUrl: nodes.redisUrl } : null)
  return async () => {
    await nodes?.stop()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
