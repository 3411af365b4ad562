import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EmbeddedPostgres, findRunningPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

let folder: string
let dataDir: string
const started: EmbeddedPostgres[] = []
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
  dataDir = join(folder, 'postgres')
  // The socket folders of killed servers go with the rest.
  vi.stubEnv('TMPDIR', folder)
})

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
  for (const child of children.splice(0)) await kill(child)
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('what was written is there after a clean stop and start', async () => {
  const first = await start()
  await query(first.urlOf('app'), "create table note (text text); insert into note values ('kept')")
  await first.stop()
  expect(await findRunningPostgres(dataDir)).toBeUndefined()

  const second = await start()
  expect(await query(second.urlOf('app'), 'select text from note')).toEqual([{ text: 'kept' }])
})

test('the databases sort by code point in UTF-8 and are made once', async () => {
  await (await start()).stop()
  const server = await start(['app', 'another-one'])
  const rows = await query(
    server.urlOf('another-one'),
    'select datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()',
  )
  expect(rows).toEqual([{ provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' }])
})

test('a committed row survives kill -9 of the process that runs the server', async () => {
  const { child, url } = await startInChild(true)
  await query(url, "create table note (text text); insert into note values ('committed')")
  await kill(child)

  const began = Date.now()
  const server = await start()
  expect(Date.now() - began).toBeLessThan(10_000)
  expect(await query(server.urlOf('app'), 'select text from note')).toEqual([{ text: 'committed' }])
})

test('kill -9 of the process that runs the server stops the server by itself', async () => {
  const { child, url } = await startInChild(false)
  await kill(child)
  await expect
    .poll(
      () =>
        query(url, 'select 1').then(
          () => 'answers',
          () => 'gone',
        ),
      { timeout: 10_000 },
    )
    .toBe('gone')
  await expect
    .poll(() => existsSync(join(dataDir, 'cluster', 'postmaster.pid')), { timeout: 10_000 })
    .toBe(false)
})

test('a folder in use by a living process is refused with a sentence, and its server goes on', async () => {
  const { child, url } = await startInChild(false)
  await expect(start()).rejects.toThrow(
    `The data folder ${dataDir} is in use by process ${child.pid}; stop that one or set DATA_DIR to another folder.`,
  )
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await findRunningPostgres(dataDir))?.urlOf('app')).toBe(url)
})

test('of several starts at once exactly one gets the folder', async () => {
  const starts = await Promise.allSettled([start(), start(), start()])
  expect(starts.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
})

test('a first start that is killed midway is done again', async () => {
  const child = await spawnParent(false)
  const parts = async () =>
    (await readdir(dataDir).catch(() => [])).filter((name) => name.startsWith('cluster'))
  await expect.poll(parts, { interval: 5 }).not.toEqual([])
  await kill(child)

  const server = await start()
  expect(await query(server.urlOf('app'), 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await parts()).toEqual(['cluster'])
})

test('what a power cut left behind does not keep the server from starting', async () => {
  await mkdir(join(dataDir, 'cluster.new-1-1', 'base'), { recursive: true })
  await writeFile(join(dataDir, 'cluster.new-1-1', 'PG_VERSION'), '18\n')
  await writeFile(join(dataDir, 'owner.json'), '{"pid":1,"ident')
  const server = await start()
  expect(await query(server.urlOf('app'), 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await readdir(dataDir)).not.toContain('cluster.new-1-1')
})

test("a pid file that names a stranger's process does not keep the server from starting", async () => {
  await (await start()).stop()
  const file = join(dataDir, 'cluster', 'postmaster.pid')
  await writeFile(file, `${process.ppid}\n${join(dataDir, 'cluster')}\n`)
  const server = await start()
  expect(await query(server.urlOf('app'), 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server that cannot start says why in one sentence', async () => {
  await (await start()).stop()
  await writeFile(join(dataDir, 'cluster', 'postgresql.conf'), "nonsense_setting = 'x'\n")
  await expect(start()).rejects.toThrow(/^The embedded Postgres did not start: .*contains errors/)
})

async function start(databases: readonly string[] = ['app']): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, databases, durable: false })
  started.push(server)
  return server
}

async function startInChild(durable: boolean): Promise<{ child: ChildProcess; url: string }> {
  const child = await spawnParent(durable)
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, url: chunk.toString().trim() }
}

/** A process of its own that starts the server on the data folder, prints a URL and stays. */
async function spawnParent(durable: boolean): Promise<ChildProcess> {
  const script = join(folder, 'parent.ts')
  const supervisor = new URL('./embedded-postgres.ts', import.meta.url).href
  await writeFile(
    script,
    `import { startEmbeddedPostgres } from ${JSON.stringify(supervisor)}
     const options = { dataDir: ${JSON.stringify(dataDir)}, databases: ['app'], durable: ${durable} }
     console.log((await startEmbeddedPostgres(options)).urlOf('app'))`,
  )
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
