import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { linkEvents } from '../server/src/areas/activity/chain/link-events.ts'
import { recordActivity, recordAll } from '../server/src/areas/activity/record-activity.ts'
import { openCells } from '../server/src/cells/cells.ts'
import { openDatabase } from '../server/src/cells/database.ts'
import { startEmbeddedPostgres } from '../server/src/cells/embedded-postgres.ts'
import { migrate } from '../server/src/cells/migrate.ts'
import { makeKeyRing } from '../server/src/crypto/key-ring.ts'
import { Directory } from '../server/src/directory/directory.ts'

export type ChainRun = {
  /** Events in a transaction of a writer. */
  batch: number
  writers: number
  seconds: number
  appendedPerSecond: number
  /** While the writers were at it. */
  linkedPerSecond: number
  /** How many events waited to be linked, asked several times a second. */
  waitingMax: number
  /** From the end of the last commit until everything was linked. */
  catchUpMs: number
}

const workspaceId = 'hot'

/** Appends to one workspace from several connections while a linker runs as it does in a server, a turn a second. Postgres flushes to disk
 *  as in production; linker and writers share this process. */
export const measureChain = async (
  { seconds, writers }: { seconds: number; writers: number },
  tell: (sentence: string) => void,
): Promise<ChainRun[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    databases: ['directory', 'cell'],
  })
  const ignore = () => {}
  const database = openDatabase(postgres.urlOf('directory'), ignore)
  const cells = openCells([{ id: 'us-1', region: 'us', url: postgres.urlOf('cell') }], ignore, writers + 4)
  try {
    await migrate(database.pool, 'directory')
    await migrate(cells.get('us-1').pool, 'cell')
    const keyRing = makeKeyRing(new Map([[1, randomBytes(32)]]))
    const house = { cells, keyRing, directory: new Directory(database, randomBytes(32)) }
    const runs: ChainRun[] = []
    for (const batch of [100, 1]) {
      tell(`appending ${batch === 1 ? 'singly' : `in batches of ${batch}`} for ${seconds} s`)
      runs.push(await append(house, { batch, writers, seconds }))
    }
    return runs
  } finally {
    await Promise.all([cells.close(), database.pool.end()])
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const append = async (
  house: Parameters<typeof linkEvents>[0],
  { batch, writers, seconds }: Pick<ChainRun, 'batch' | 'writers' | 'seconds'>,
): Promise<ChainRun> => {
  const { db, pool } = house.cells.get('us-1')
  const ask = async (question: string) => Number((await pool.query(question)).rows[0]?.n ?? 0)
  const linked = () => ask(`select position as n from activity_heads where workspace_id = '${workspaceId}'`)
  const waiting = () => ask('select count(*) as n from activity_unlinked')
  const before = await linked()
  const beganMs = performance.now()
  const endMs = beganMs + seconds * 1000
  let [appended, waitingMax, writing] = [0, 0, true]
  const write = async () => {
    while (performance.now() < endMs) {
      await db.transaction((tx) => tellBatch(tx, batch))
      appended += batch
    }
  }
  const link = async () => {
    while (writing) {
      const turnMs = performance.now()
      await linkEvents(house, new Date())
      await sleep(Math.max(0, turnMs + 1000 - performance.now()))
    }
  }
  const watch = async () => {
    for (; writing; await sleep(250)) waitingMax = Math.max(waitingMax, await waiting())
  }
  const beside = [link(), watch()]
  await Promise.all(Array.from({ length: writers }, write))
  const tookSeconds = (performance.now() - beganMs) / 1000
  const linkedMeanwhile = (await linked()) - before
  const stoppedMs = performance.now()
  while ((await waiting()) > 0) await sleep(10)
  const catchUpMs = performance.now() - stoppedMs
  writing = false
  await Promise.all(beside)
  if ((await linked()) - before !== appended) throw new Error('Events were lost on the way into the chain')
  return {
    batch,
    writers,
    seconds,
    appendedPerSecond: appended / tookSeconds,
    linkedPerSecond: linkedMeanwhile / tookSeconds,
    waitingMax,
    catchUpMs,
  }
}

const doer = { userId: 'person', workspaceId, requestId: '3b0f8c3e-6a0e-4d38-b6a4-6b5b0d3f2c11' }
const subject = {
  id: '65e2f3a0b1c2d3e4f5a6b7c8',
  name: 'Yellow school buses',
  metadata: { visibility: 'public' },
}

const tellBatch = (tx: Parameters<typeof recordActivity>[0], batch: number): Promise<void> => {
  const at = new Date()
  if (batch === 1) return recordActivity(tx, 'project/updated', doer, subject, at)
  return recordAll(
    tx,
    Array.from({ length: batch }, () => ({ event: 'project/updated' as const, doer, subject })),
    at,
  )
}
