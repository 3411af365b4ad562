import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startEmbeddedPostgres } from '../server/src/cells/embedded-postgres.ts'
import { makeMasterKey } from '../server/src/crypto/key-ring.ts'
import { cellId, fillHouse } from './fill-house.ts'
import { query } from './query.ts'

/** What an upload of this many bytes takes: bytes of resident memory of the server before it, at most and at the end of each step, and how
 *  long the steps took. */
export type UploadRun = {
  totalBytes: number
  /** Parts that were on their way at once. */
  lanes: number
  beforeBytes: number
  steps: { name: string; seconds: number; peakBytes: number; endBytes: number }[]
}

type Asked = { totalBytes: number; lanes: number; tell: (sentence: string) => void }

const MiB = 2 ** 20
/** The file is made of this again and again, so that the client has nothing to read. */
const pattern = randomBytes(16 * MiB)
const userId = `user_${'0'.repeat(24)}`
const datasetId = 'd'.repeat(24)

/** Sends one file in parts to a server of its own with the embedded Postgres and files on disk, completes it with its SHA-256, and watches
 *  the memory of the server. Throws when the disk has no room for it. */
export const measureUpload = async ({ totalBytes, lanes, tell }: Asked): Promise<UploadRun> => {
  const { bavail, bsize } = await statfs(tmpdir())
  if (bavail * bsize < totalBytes * 1.1 + 2 * 2 ** 30)
    throw new Error(`The disk has ${Math.floor((bavail * bsize) / 2 ** 30)} GiB free, too few for this`)
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    databases: ['directory', 'cell'],
  })
  const stores = {
    directoryUrl: postgres.urlOf('directory'),
    cellUrl: postgres.urlOf('cell'),
    masterKeys: `1:${makeMasterKey()}`,
    directorySecret: randomBytes(32).toString('base64url'),
  }
  let server: ChildProcess | undefined
  try {
    tell('filling')
    const [cookie = ''] = await fillHouse(stores, 1)
    await query(
      stores.cellUrl,
      `insert into datasets (id, workspace_id, slug, name, task, class_names, visibility, status, created_at, updated_at)
       values ($1, $2, 'set', 'Set', 'detect', '[]', 'private', 'processing', now(), now())`,
      [datasetId, userId],
    )
    await query(stores.cellUrl, `update workspaces set plan = 'enterprise' where id = $1`, [userId])
    const started = await startServer(stores, join(folder, 'data'))
    server = started.server
    return await run(started, cookie, { totalBytes, lanes, tell })
  } finally {
    if (server?.exitCode === null) {
      const ended = new Promise((done) => server?.once('exit', done))
      server.kill('SIGTERM')
      await ended
    }
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const startServer = async (
  stores: { directoryUrl: string; cellUrl: string; masterKeys: string; directorySecret: string },
  dataDir: string,
): Promise<{ server: ChildProcess; origin: string }> => {
  const server = spawn(process.execPath, [fileURLToPath(new URL('../server/src/main.ts', import.meta.url))], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      PORT: '0',
      DATA_DIR: dataDir,
      DIRECTORY_DATABASE_URL: stores.directoryUrl,
      CELL_DATABASE_URLS: JSON.stringify({ [cellId]: stores.cellUrl }),
      MASTER_KEYS: stores.masterKeys,
      DIRECTORY_SECRET: stores.directorySecret,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const origin = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The server ended with ${code} at its start`)))
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [found] = /http:\/\/localhost:\d+/.exec(said) ?? []
      if (found) resolve(found)
    })
  })
  return { server, origin }
}

const run = async (
  { server, origin }: { server: ChildProcess; origin: string },
  cookie: string,
  { totalBytes, lanes, tell }: Asked,
): Promise<UploadRun> => {
  const post = async <Reply>(path: string, body: object): Promise<Reply> => {
    const reply = await fetch(origin + path, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!reply.ok) throw new Error(`${path} was answered ${reply.status}: ${await reply.text()}`)
    return (await reply.json()) as Reply
  }
  const file = { assetType: 'datasets', filename: 'set.zip', contentType: 'application/zip', totalBytes }
  const residentBytes = async (): Promise<number> => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(server.pid)])
    return Number(stdout) * 1024
  }
  // A first small one, so that everything is loaded.
  await sendAll(
    await post('/api/upload/signed-url', { ...file, assetId: datasetId, totalBytes: MiB }),
    MiB,
    1,
  )
  await sleep(1000)
  const beforeBytes = await residentBytes()
  const steps: UploadRun['steps'] = []
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    tell(name)
    let peakBytes = 0
    let isDone = false
    const watching = (async () => {
      while (!isDone) {
        peakBytes = Math.max(peakBytes, await residentBytes())
        await sleep(200)
      }
    })()
    const from = performance.now()
    await work().finally(() => {
      isDone = true
    })
    const seconds = (performance.now() - from) / 1000
    await watching
    steps.push({ name, seconds, peakBytes, endBytes: await residentBytes() })
  }
  const begun = await post<Begun>('/api/upload/signed-url', { ...file, assetId: datasetId })
  await step('sending', () => sendAll(begun, totalBytes, lanes))
  const checksum = hashOf(totalBytes)
  await step('completing with its SHA-256', () =>
    post('/api/upload/complete', { sessionId: begun.sessionId, checksum }),
  )
  return { totalBytes, lanes, beforeBytes, steps }
}

type Begun = { sessionId: string; uploadUrl: string; partBytes: number }

const sendAll = async ({ uploadUrl, partBytes }: Begun, totalBytes: number, lanes: number): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let start = next; start < totalBytes; start = next) {
      next = start + partBytes
      const body = pattern.subarray(0, Math.min(partBytes, totalBytes - start))
      const range = `bytes ${start}-${start + body.length - 1}/${totalBytes}`
      const reply = await fetch(uploadUrl, { method: 'PUT', headers: { 'content-range': range }, body })
      if (!reply.ok) throw new Error(`A part was answered ${reply.status}: ${await reply.text()}`)
      await reply.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

const hashOf = (totalBytes: number): string => {
  const hash = createHash('sha256')
  for (let start = 0; start < totalBytes; start += pattern.length)
    hash.update(pattern.subarray(0, Math.min(pattern.length, totalBytes - start)))
  return hash.digest('hex')
}
