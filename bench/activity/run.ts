import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCells } from '../../server/src/cells/cells.ts'
import { openDatabase } from '../../server/src/cells/database.ts'
import { startEmbeddedPostgres } from '../../server/src/cells/embedded-postgres.ts'
import { migrate } from '../../server/src/cells/migrate.ts'
import { makeKeyRing } from '../../server/src/crypto/key-ring.ts'
import { Directory } from '../../server/src/directory/directory.ts'
import { fillFeed, type Sizes } from './fill-feed.ts'
import { type Appends, measureAppends } from './measure-appends.ts'
import { type Answer, measureFeed, measureRoundTrip } from './measure-feed.ts'

export type ActivityRun = {
  sizes: Sizes
  /** With the statistics of a thousand rows and nothing vacuumed, and after a vacuum with new ones. */
  stale: Answer[]
  fresh: Answer[]
  appends: Appends[]
  roundTripMs: number
}

/** With its indexes, the write-ahead log and what sorting them takes. */
const bytesPerEvent = 3000

/** Fills a Postgres of its own, flushed to disk as in production, and measures the feed in it. Refuses when the disk has no room. */
export const runActivity = async (sizes: Sizes, tell: (sentence: string) => void): Promise<ActivityRun> => {
  const { bavail, bsize } = await statfs(tmpdir())
  if (bavail * bsize < sizes.cell * bytesPerEvent)
    throw new Error(`This takes ${Math.ceil((sizes.cell * bytesPerEvent) / 1e9)} GB in ${tmpdir()}`)
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    databases: ['directory', 'cell'],
  })
  const database = openDatabase(postgres.urlOf('directory'), () => {})
  const cells = openCells([{ id: 'us-1', region: 'us', url: postgres.urlOf('cell') }], () => {}, 16)
  try {
    const cell = cells.get('us-1')
    await migrate(database.pool, 'directory')
    await migrate(cell.pool, 'cell')
    await fillFeed(cell, sizes, tell)
    tell('asking with stale statistics')
    const stale = await measureFeed(cell, sizes.cell)
    tell('asking with fresh ones')
    await refresh(postgres.urlOf('cell'))
    const fresh = await measureFeed(cell, sizes.cell)
    tell('appending')
    const keyRing = makeKeyRing(new Map([[1, randomBytes(32)]]))
    const directory = new Directory(database, randomBytes(32))
    const roundTripMs = await measureRoundTrip(cell)
    const appends = await measureAppends({ cells, keyRing, directory })
    return { sizes, stale, fresh, appends, roundTripMs }
  } finally {
    await Promise.all([cells.close(), database.pool.end()])
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const refresh = async (url: string): Promise<void> => {
  const { pool } = openDatabase(url, () => {})
  const client = await pool.connect()
  await client.query('set statement_timeout = 0')
  await client.query('vacuum analyze activity_events')
  await client.query('vacuum analyze activity_blocks')
  client.release(true)
  await pool.end()
}
