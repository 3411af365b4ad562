import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { runMigrations as runWorkerMigrations } from 'graphile-worker'
import type pg from 'pg'

/** Any number, the same on every node: only one of them migrates at a time. */
const migrationLock = 4_713_002

/** Brings one database to the newest schema: our numbered files in order, then the job queue's own. Each file is one transaction,
 *  applied once. Throws when a file that was applied has changed since: a shipped migration stays as it is. */
export const migrate = async (pool: pg.Pool, folder: 'cell' | 'directory'): Promise<void> => {
  const client = await pool.connect()
  try {
    // One of many nodes may wait for another's backfill, or do it.
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(
      'create table if not exists schema_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    )
    const applied = new Map<string, string>(
      (await client.query('select name, sha256 from schema_migrations')).rows.map((row) => [
        row.name,
        row.sha256,
      ]),
    )
    for (const { name, sql } of await migrationFiles(folder)) {
      const sha256 = createHash('sha256').update(sql).digest('hex')
      const before = applied.get(name)
      if (before === sha256) continue
      if (before) throw new Error(`Migration ${folder}/${name} was changed after it had been applied`)
      await applyOne(client, name, sql, sha256)
    }
    await runWorkerMigrations({ pgPool: pool })
  } finally {
    // Ended, and the lock with it: nothing else may run without a time limit.
    client.release(true)
  }
}

const migrationFiles = async (folder: string): Promise<{ name: string; sql: string }[]> => {
  const base = new URL(`../../migrations/${folder}/`, import.meta.url)
  const names = (await readdir(base)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(new URL(name, base), 'utf8') })))
}

const applyOne = async (client: pg.PoolClient, name: string, sql: string, sha256: string): Promise<void> => {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
