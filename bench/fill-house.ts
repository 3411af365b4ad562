import pg from 'pg'
import { createUser } from '../server/src/areas/accounts/create-user.ts'
import { createPersonalWorkspace } from '../server/src/areas/workspaces/create-personal-workspace.ts'
import { openDatabase } from '../server/src/cells/database.ts'
import { migrate } from '../server/src/cells/migrate.ts'
import { makeKeyRing, parseMasterKeys } from '../server/src/crypto/key-ring.ts'
import { Directory } from '../server/src/directory/directory.ts'
import { keyValueSql } from './keys.ts'

/** Where a house keeps what it knows, and the secrets that its server needs. */
export type Stores = { directoryUrl: string; cellUrl: string; masterKeys: string; directorySecret: string }

export const cellId = 'us-1'

/** Among how many people's workspaces the keys are spread. */
const peopleCount = 100

/** Migrates both databases, makes people with a workspace each and `keyCount` keys in turn of theirs. Key 0 has the admin scope, the
 *  others have all the rest. The rows are what issuing a key leaves, of a key that was shown once. */
export const fillHouse = async (stores: Stores, keyCount: number): Promise<void> => {
  const cell = openDatabase(stores.cellUrl, () => {})
  const directory = openDatabase(stores.directoryUrl, () => {})
  try {
    await migrate(cell.pool, 'cell')
    await migrate(directory.pool, 'directory')
    const at = new Date()
    const keyRing = makeKeyRing(parseMasterKeys(stores.masterKeys))
    const digests = new Directory(directory, Buffer.from(stores.directorySecret, 'utf8'))
    const people = Array.from({ length: peopleCount }, (_, n) => `user_${n.toString(16).padStart(24, '0')}`)
    await cell.db.transaction(async (tx) => {
      for (const [n, id] of people.entries()) {
        const username = `bench-${n.toString().padStart(4, '0')}`
        const email = `${username}@example.com`
        const person = { id, username, displayName: username, company: '', useCase: '', email }
        const emailDigest = digests.guessable('email', email).digest
        await createUser(tx, keyRing, { ...person, emailDigest, passwordHash: null, signupBonusCents: 0 }, at)
        await createPersonalWorkspace(tx, id, at)
      }
    })
    await addEntriesOf(stores.directoryUrl, people)
    await addKeys(stores, people, keyCount)
  } finally {
    await Promise.all([cell.pool.end(), directory.pool.end()])
  }
}

/** Says where people live, for what a key looks up of its maker. The digest stands for a username that nobody asks for. */
const addEntriesOf = (directoryUrl: string, people: readonly string[]): Promise<void> =>
  run(
    directoryUrl,
    `insert into entries (kind, digest, cell_id, subject_id, claim_id, state)
     select 'username', sha256(convert_to(id, 'UTF8')), $2, id, gen_random_uuid(), 'confirmed' from unnest($1::text[]) id`,
    [people, cellId],
  )

const addKeys = async (
  { directoryUrl, cellUrl }: Stores,
  people: readonly string[],
  keyCount: number,
): Promise<void> => {
  const value = keyValueSql('n')
  const id = `lpad(to_hex(n), 24, '0')`
  await run(
    cellUrl,
    `insert into api_keys
       (id, workspace_id, created_by, name, key_prefix, digest, key_version, scopes, created_at)
     select ${id}, owner, owner, 'Key ' || n, left(value, 11), sha256(convert_to(value, 'UTF8')), 1,
       case when n = 0 then array['admin'] end, now()
     from generate_series(0, $2::int - 1) n,
       lateral (select ($1::text[])[1 + n % cardinality($1::text[])] as owner, ${value} as value) made`,
    [people, keyCount],
  )
  await run(
    directoryUrl,
    `insert into entries (kind, digest, cell_id, subject_id, claim_id, state)
     select 'api_key', sha256(convert_to(${value}, 'UTF8')), $2, ${id}, gen_random_uuid(), 'confirmed'
     from generate_series(0, $1::int - 1) n`,
    [keyCount, cellId],
  )
  // Settled now, or autovacuum would do it in the middle of a measurement.
  for (const url of [cellUrl, directoryUrl]) await run(url, 'vacuum analyze')
}

/** A connection of its own, without the time limit of the server's. */
const run = async (url: string, text: string, values: unknown[] = []): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text, values)
  } finally {
    await client.end()
  }
}
