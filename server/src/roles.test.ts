import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { until } from '../test/nodes.ts'
import { parseConfig } from './config.ts'
import { makeMasterKey } from './crypto/key-ring.ts'
import { startServer } from './start-server.ts'

/* Several processes of one installation, each with its part of the work. */

const suffix = randomBytes(6).toString('hex')
const names = { directory: `roles_directory_${suffix}`, eu: `roles_eu_${suffix}` }
let dataDir: string
let environment: Record<string, string>

const urlOf = (database: string) => inject('postgresUrl').replace('DATABASE', database)
const ask = async (database: string, statement: string): Promise<pg.QueryResult> => {
  const client = new pg.Client({ connectionString: urlOf(database) })
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}
const start = (role: string) => startServer(parseConfig({ ...environment, ROLE: role }))
const statusOf = async (url: string): Promise<number> => (await fetch(url)).status

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-roles-'))
  for (const name of Object.values(names)) await ask('postgres', `create database ${name}`)
  environment = {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    DIRECTORY_DATABASE_URL: urlOf(names.directory),
    CELL_DATABASE_URLS: JSON.stringify({ 'eu-1': urlOf(names.eu) }),
    MASTER_KEYS: `1:${makeMasterKey()}`,
    DIRECTORY_SECRET: randomBytes(32).toString('hex'),
    SMTP_URL: 'smtp://127.0.0.1:1',
  }
})
afterAll(async () => {
  for (const name of Object.values(names)) await ask('postgres', `drop database ${name} with (force)`)
  await rm(dataDir, { recursive: true, force: true })
})

test('processes that start at once on empty databases migrate them once, and all of them serve', async () => {
  const servers = await Promise.all(['web', 'web', 'web', 'worker', 'all'].map(start))
  expect(await Promise.all(servers.map(({ url }) => statusOf(`${url}/readyz`)))).toEqual(
    servers.map(() => 200),
  )
  for (const server of servers) await server.stop()
})

test('a web process leaves jobs and shared schedules to the worker', async () => {
  const countJobs = async () => (await ask(names.eu, 'select from graphile_worker.jobs')).rowCount
  const countTokens = async () => (await ask(names.directory, 'select from used_tokens')).rowCount
  await ask(
    names.directory,
    `insert into used_tokens (id, expires_at) values ('old', now() - interval '1 day')`,
  )
  const web = await start('web')
  await ask(
    names.eu,
    `select graphile_worker.add_job('remove-file', payload := '{"region":"eu","key":"nobody/nothing"}')`,
  )
  await pause(500)
  expect([await countJobs(), await countTokens()]).toEqual([1, 1])
  const worker = await start('worker')
  await until(async () => (await countJobs()) === 0 && (await countTokens()) === 0, 'the worker did both')
  await worker.stop()
  await web.stop()
})

test('a worker answers whoever watches over it, and nobody else', async () => {
  const worker = await start('worker')
  const statuses = (paths: readonly string[]) => Promise.all(paths.map((path) => statusOf(worker.url + path)))
  expect(await statuses(['/healthz', '/readyz', '/metrics', '/healthz?deep=1'])).toEqual([200, 200, 200, 200])
  expect(await statuses(['/', '/sign-in', '/api/settings', '/api/auth/session', '/healthz/'])).toEqual([
    404, 404, 404, 404, 404,
  ])
  const refused = await fetch(`${worker.url}/api/settings`, { headers: { authorization: 'Bearer no' } })
  expect([refused.status, (await refused.json()).reason]).toEqual([404, 'route_not_found'])
  await worker.stop()
})

test('a change answered by a web process does not wait for a worker', async () => {
  const [web, worker] = await Promise.all([start('web'), start('worker')])
  await until(
    async () => (await ask(names.eu, 'select from gate_nodes')).rowCount === 1,
    'the web node is heard',
  )
  await pause(300)
  expect((await ask(names.eu, 'select from gate_nodes')).rowCount).toBe(1)
  await Promise.all([web.stop(), worker.stop()])
})
