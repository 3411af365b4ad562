import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from './migrate.ts'

const name = `migrated_${randomBytes(6).toString('hex')}`
const urlOf = (database: string) => inject('postgresUrl').replace('DATABASE', database)
const administer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: urlOf('postgres') })
  await client.connect()
  await client.query(statement)
  await client.end()
}

beforeAll(() => administer(`create database ${name}`))
afterAll(() => administer(`drop database ${name} with (force)`))

test('a node waits for as long as another needs to migrate, and leaves the time limit to what comes after', async () => {
  const open = () => new pg.Pool({ connectionString: urlOf(name), statement_timeout: 200 })
  const [first, second] = [open(), open()]
  const other = await first.connect()
  await other.query('set statement_timeout = 0')
  await other.query('select pg_advisory_lock(4713002)')
  const waiting = migrate(second, 'directory')
  await pause(500)
  other.release(true)
  await waiting
  expect((await second.query('select from schema_migrations')).rowCount).toBeGreaterThan(0)
  await expect(second.query('select pg_sleep(5)')).rejects.toThrow('statement timeout')
  await Promise.all([migrate(first, 'directory'), migrate(second, 'directory')])
  await Promise.all([first.end(), second.end()])
})
