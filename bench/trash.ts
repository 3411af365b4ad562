import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../server/src/cells/embedded-postgres.ts'
import { fillTrash } from './fill-trash.ts'
import { databasesOf, startInstallation } from './house.ts'
import { hotKeys, keyValueOf, makerKeys } from './keys.ts'
import { median } from './numbers.ts'
import { type Generator, type Measurable, startGenerator } from './processes.ts'
import { query } from './query.ts'

/** What requests of others took, in milliseconds, and how many there were in a second: medians over bursts, and the worst burst. */
type Answers = { p50Ms: number; p99Ms: number; worstP99Ms: number; perSecond: number; bursts: number }

export type TrashRun = {
  items: number
  /** How long the request to empty took, and how long until all was removed. */
  askedMs: number
  emptiedSeconds: number
  before: Answers
  during: Answers
  /** Rows and files that were left. */
  left: number
}

const connections = 4
const burstSeconds = 2
const burstsBefore = 8

/** Empties a trash of `items` models with weights on a server of its own, while all hundred people, its owner among them, list their
 *  projects; and tells what those requests took before and meanwhile. */
export const runTrash = async (items: number, tell: (sentence: string) => void): Promise<TrashRun> => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const kept = <T extends { stop(): Promise<void> }>(started: T): T => {
    ends.unshift(() => started.stop())
    return started
  }
  try {
    const databases = databasesOf('trash')
    const { urlOf } = kept(await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), databases }))
    const plan = { name: 'trash', keyCount: 1000, nodes: 1, redisUrl: undefined }
    const { processes } = await startInstallation(plan, { folder, urlOf, verbose: false, kept })
    const [server] = processes
    if (!server) throw new Error('No server was started')
    const generator = kept(await startGenerator())
    const workspaceId = `user_${(makerKeys.from % 100).toString(16).padStart(24, '0')}`
    const filesDir = join(folder, 'trash', 'files')
    tell(`filling a trash with ${items.toLocaleString('en')} models`)
    await fillTrash({ cellUrl: urlOf('cell_trash'), filesDir }, workspaceId, items)

    tell('asking before')
    await burst(generator, server)
    const before = []
    for (let n = 0; n < burstsBefore; n++) before.push(await burst(generator, server))
    tell('emptying')
    const beganMs = performance.now()
    const { jobId } = await ask(server, 'DELETE', '/api/trash/empty')
    const askedMs = performance.now() - beganMs
    const during = []
    for (let isOver = false; !isOver; ) {
      during.push(await burst(generator, server))
      const { finished, done } = await ask(server, 'GET', `/api/trash/jobs/${jobId}`)
      isOver = Boolean(finished)
      tell(`${done} of ${items} gone`)
    }
    const [row] = await query<{ n: number }>(
      urlOf('cell_trash'),
      'select (select count(*) from models)::int + (select count(*) from trash_items)::int as n',
    )
    return {
      items,
      askedMs,
      emptiedSeconds: (performance.now() - beganMs) / 1000,
      before: summed(before),
      // The last one outlived the work.
      during: summed(during.length > 1 ? during.slice(0, -1) : during),
      left: (row?.n ?? 0) + (await readdir(join(filesDir, 'us', 'weights'))).length,
    }
  } finally {
    for (const end of ends) await end().catch((fault) => console.error(fault))
  }
}

const burst = (generator: Generator, server: Measurable) =>
  generator.measure({
    ports: [server.port],
    path: '/api/projects',
    connections,
    seconds: burstSeconds,
    who: { by: 'keys', ...hotKeys, once: false },
  })

type Burst = Awaited<ReturnType<typeof burst>>

const summed = (bursts: Burst[]): Answers => ({
  p50Ms: median(bursts.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(bursts.map(({ p99Ms }) => p99Ms)),
  worstP99Ms: Math.max(...bursts.map(({ p99Ms }) => p99Ms)),
  perSecond: median(bursts.map(({ requests, seconds }) => requests / seconds)),
  bursts: bursts.length,
})

/** With a key of the owner: one that may empty the trash for that, one that may read for the rest. */
const ask = async (server: Measurable, method: 'GET' | 'DELETE', path: string) => {
  const key = keyValueOf(method === 'DELETE' ? makerKeys.from : makerKeys.from % 100)
  const reply = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
  })
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as { jobId?: string; finished?: boolean; done?: number }
}
