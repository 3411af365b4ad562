import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from '../../../cells/migrate.ts'

const name = `marks_${randomBytes(6).toString('hex')}`
const urlOf = (database: string) => inject('postgresUrl').replace('DATABASE', database)
const administer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: urlOf('postgres') })
  await client.connect()
  await client.query(statement)
  await client.end()
}
let pool: pg.Pool

beforeAll(async () => {
  await administer(`create database ${name}`)
  pool = new pg.Pool({ connectionString: urlOf(name) })
  pool.on('error', () => {})
  await pool.query('create table schema_migrations (name text primary key, sha256 text not null)')
  const folder = new URL('../../../../migrations/cell/', import.meta.url)
  for (const file of (await readdir(folder)).sort()) {
    if (file >= '011') break
    const sql = await readFile(new URL(file, folder), 'utf8')
    await pool.query(sql)
    const sha256 = createHash('sha256').update(sql).digest('hex')
    await pool.query('insert into schema_migrations values ($1, $2)', [file, sha256])
  }
  await pool.query(`
    alter table schema_migrations add column applied_at timestamptz not null default now();
    insert into activity_events (id, workspace_id, user_id, resource_type, action, created_at)
      select 'e' || n, case when n = 3 then 'other' else 'own' end, 'u', 'model', 'created', now() from generate_series(1, 8) n;
    insert into activity_marks (workspace_id, user_id, event_id, seen_at, archived_at) values
      ('own', 'all', 'e1', now(), now()), ('own', 'all', 'e2', now(), null), ('own', 'all', 'e4', now(), now()),
      ('own', 'all', 'e5', now(), null), ('own', 'all', 'e6', now(), null), ('own', 'all', 'e7', now(), null),
      ('own', 'all', 'e8', now(), null), ('own', 'some', 'e2', now(), null), ('own', 'some', 'e5', null, now());`)
  await migrate(pool, 'cell')
})
afterAll(async () => {
  await pool.end()
  await administer(`drop database ${name} with (force)`)
})

test('marks of earlier days become watermarks, and what differs from them stays marked', async () => {
  const { rows: readers } = await pool.query(
    'select user_id, seen_seq::int, archived_seq::int from activity_readers order by user_id',
  )
  expect(readers).toEqual([
    { user_id: 'all', seen_seq: 8, archived_seq: 1 },
    { user_id: 'some', seen_seq: 0, archived_seq: 0 },
  ])
  const { rows: marks } = await pool.query(
    `select user_id, event_id, seq::int, seen_at is not null as seen, archived_at is not null as archived
     from activity_marks order by user_id, seq`,
  )
  expect(marks).toEqual([
    { user_id: 'all', event_id: 'e4', seq: 4, seen: true, archived: true },
    { user_id: 'some', event_id: 'e2', seq: 2, seen: true, archived: false },
    { user_id: 'some', event_id: 'e5', seq: 5, seen: false, archived: true },
  ])
})
