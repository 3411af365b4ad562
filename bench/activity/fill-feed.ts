import type pg from 'pg'
import { indexCell } from '../../server/src/areas/activity/search/index-names.ts'
import type { Database } from '../../server/src/cells/database.ts'

/** The workspace that has most of the events. */
export const hotId = 'a'.repeat(24)

export type Sizes = { hot: number; cell: number }

const batch = 250_000

/** Fills a cell with a feed: `hot` events of one workspace among `cell` in all, the others of a thousand, over a year. Names are a word and
 *  a number; one in a hundred thousand is of a zebra, and the oldest tenth carries a word that no newer one does. The chain is not part of
 *  this. Statistics are as they were after the first thousand rows, and nothing was vacuumed. */
export const fillFeed = async (
  database: Database,
  { hot, cell }: Sizes,
  tell: (sentence: string) => void,
): Promise<void> => {
  const { pool } = database
  await pool.query('alter table activity_events disable trigger activity_enqueue')
  for (const table of ['activity_events', 'activity_blocks'])
    await pool.query(`alter table ${table} set (autovacuum_enabled = false)`)
  await insert(pool, 1, 1000, { hot, cell })
  await pool.query('analyze activity_events')
  const rebuild = [await dropIndexes(pool, 'activity_events'), await dropIndexes(pool, 'activity_blocks')]
  tell(`writing ${cell.toLocaleString('en')} events`)
  for (let from = 1001; from <= cell; from += batch)
    await insert(pool, from, Math.min(from + batch - 1, cell), { hot, cell })
  tell('making their indexes')
  for (const definition of rebuild[0] ?? []) await slowly(pool, definition)
  tell('making blocks of their names')
  // What is counted must have been written before the run that noted how far.
  for (let run = 0; run < 3; run++) await indexCell(database)
  for (const definition of rebuild[1] ?? []) await slowly(pool, definition)
  await pool.query('alter table activity_events enable trigger activity_enqueue')
}

const insert = (pool: pg.Pool, from: number, to: number, { hot, cell }: Sizes): Promise<unknown> =>
  slowly(
    pool,
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, resource_id, resource_name, metadata, created_at)
     select lpad(to_hex(n), 24, '0'),
       case when (n * ${hot}::bigint) % ${cell} < ${hot} then '${hotId}' else lpad((n % 1000)::text, 24, 'b') end,
       lpad((n % 7)::text, 24, 'c'), (array['project', 'model', 'training', 'dataset', 'settings', 'api_key'])[1 + n % 6],
       'created', lpad((n % 5000)::text, 24, 'd'),
       (array['traffic', 'helmet', 'coco', 'yolo26n', 'parking', 'drone', 'solder', 'maize'])[1 + (hashint8(n) & 7)]
         || '-' || (hashint8(n + 1) & 65535)
         || case when (hashint8(n + 2) & 131071) = 7 then ' zebra' else '' end
         || case when n <= ${cell} / 10 then ' pilot' else '' end,
       '{"kind": "bench"}', now() - interval '1 year' + (n::float8 / ${cell}) * interval '1 year'
     from generate_series(${from}::bigint, ${to}) n`,
  )

/** Indexes are made sooner over rows that are there. Returns how to make them. */
const dropIndexes = async (pool: pg.Pool, table: string): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = $1 and indexname not like '%_key' and indexname not like '%_pkey'`,
    [table],
  )
  for (const { name } of rows) await pool.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}

const slowly = async (pool: pg.Pool, statement: string): Promise<unknown> => {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query("set maintenance_work_mem = '256MB'")
    return await client.query(statement)
  } finally {
    client.release(true)
  }
}
