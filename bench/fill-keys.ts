import type pg from 'pg'
import { keyValueSql, makerKeys } from './keys.ts'
import { connected } from './query.ts'

type Where = { directoryUrl: string; cellUrl: string; cellId: string }

const value = keyValueSql('n')
const id = `lpad(to_hex(n), 24, '0')`
const series = 'generate_series(0, $1::int - 1) n'

/** Makes `count` keys, in turn of these people: the rows that issuing leaves, of keys that were shown once. Makers' keys have the admin
 *  scope, the others all the rest. Everything is made in the database, indexes after the rows: ten million take minutes. */
export const fillKeys = async (
  { directoryUrl, cellUrl, cellId }: Where,
  people: readonly string[],
  count: number,
): Promise<void> => {
  const { from, count: makers } = makerKeys
  const isMaker = `n >= ${from} and n < ${from + makers}`
  await fill(
    cellUrl,
    'api_keys',
    `insert into api_keys
       (id, workspace_id, created_by, name, key_prefix, digest, key_version, scopes, created_at)
     select ${id}, owner, owner, 'Key ' || n, left(value, 11), sha256(convert_to(value, 'UTF8')), 1,
       case when ${isMaker} then array['admin'] end, now()
     from ${series},
       lateral (select ($2::text[])[1 + n % cardinality($2::text[])] as owner, ${value} as value) made`,
    [count, people],
  )
  await fill(
    directoryUrl,
    'entries',
    `insert into entries (kind, digest, cell_id, subject_id, claim_id, state)
     select 'api_key', sha256(convert_to(${value}, 'UTF8')), $2, ${id}, gen_random_uuid(), 'confirmed' from ${series}`,
    [count, cellId],
  )
}

const fill = (url: string, table: string, text: string, values: unknown[]): Promise<void> =>
  connected(url, async (client) => {
    await client.query(`set maintenance_work_mem = '1GB'`)
    await client.query('begin')
    // Every key belongs to one of the people that were just made.
    await client.query('set local session_replication_role = replica')
    const restore = await takeIndexes(client, table)
    await client.query(text, values)
    for (const statement of restore) await client.query(statement)
    await client.query('commit')
    // Settled now, or autovacuum and a checkpoint would do it in the middle of a measurement.
    await client.query(`vacuum analyze ${table}`)
    await client.query('checkpoint')
  })

/** Drops what nothing else refers to of a table's indexes, and gives the statements that bring them back. */
const takeIndexes = async (client: pg.Client, table: string): Promise<string[]> => {
  const { rows } = await client.query<{ gone: string; back: string }>(
    `select
       case when c.oid is null then format('drop index %I', i.relname)
         else format('alter table %I drop constraint %I', t.relname, c.conname) end as gone,
       case when c.oid is null then pg_get_indexdef(i.oid)
         else format('alter table %I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) end as back
     from pg_index x
       join pg_class i on i.oid = x.indexrelid
       join pg_class t on t.oid = x.indrelid
       left join pg_constraint c on c.conindid = i.oid and c.conrelid = t.oid and c.contype in ('p', 'u')
     where t.oid = $1::regclass
       and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = i.oid)`,
    [table],
  )
  for (const { gone } of rows) await client.query(gone)
  return rows.map(({ back }) => back)
}
