import { createUser } from '../server/src/areas/accounts/create-user.ts'
import { openSession } from '../server/src/areas/accounts/sessions/session.ts'
import { createPersonalWorkspace } from '../server/src/areas/workspaces/create-personal-workspace.ts'
import { openCells } from '../server/src/cells/cells.ts'
import { type Database, openDatabase } from '../server/src/cells/database.ts'
import { migrate } from '../server/src/cells/migrate.ts'
import { parseConfig } from '../server/src/config.ts'
import { makeKeyRing, parseMasterKeys } from '../server/src/crypto/key-ring.ts'
import { Directory } from '../server/src/directory/directory.ts'
import { fillKeys } from './fill-keys.ts'
import { query } from './query.ts'

/** Where a house keeps what it knows, and the secrets that its server needs. */
export type Stores = { directoryUrl: string; cellUrl: string; masterKeys: string; directorySecret: string }

export const cellId = 'us-1'

/** Among how many people's workspaces the keys are spread. */
const peopleCount = 100

/** Migrates both databases, makes people with a workspace and a session each, and `keyCount` keys in turn of theirs. Gives the cookies
 *  of the sessions. */
export const fillHouse = async (stores: Stores, keyCount: number): Promise<string[]> => {
  const directory = openDatabase(stores.directoryUrl, () => {})
  const cells = openCells([{ id: cellId, region: 'us', url: stores.cellUrl }], () => {})
  try {
    await migrate(directory.pool, 'directory')
    await migrate(cells.get(cellId).pool, 'cell')
    const people = Array.from({ length: peopleCount }, (_, n) => `user_${n.toString(16).padStart(24, '0')}`)
    const cookies = await addPeople(stores, people, directory, cells.get(cellId))
    await addEntriesOf(stores.directoryUrl, people)
    await fillKeys({ ...stores, cellId }, people, keyCount)
    return cookies
  } finally {
    await Promise.all([cells.close(), directory.pool.end()])
  }
}

const addPeople = async (
  { masterKeys, directorySecret }: Stores,
  people: readonly string[],
  directory: Database,
  cell: ReturnType<ReturnType<typeof openCells>['get']>,
): Promise<string[]> => {
  const at = new Date()
  const house = { config: parseConfig({}), keyRing: makeKeyRing(parseMasterKeys(masterKeys)) }
  const digests = new Directory(directory, Buffer.from(directorySecret, 'utf8'))
  const client = { ip: '127.0.0.1', userAgent: 'bench', device: 'the first of its person' }
  const by = { methods: ['password'], secondFactor: null } as const
  return cell.db.transaction(async (tx) => {
    const cookies: string[] = []
    for (const [n, id] of people.entries()) {
      const username = `bench-${n.toString().padStart(4, '0')}`
      const email = `${username}@example.com`
      const person = { id, username, displayName: username, company: '', useCase: '', email }
      const emailDigest = digests.guessable('email', email).digest
      await createUser(
        tx,
        house.keyRing,
        { ...person, emailDigest, passwordHash: null, signupBonusCents: 0 },
        at,
      )
      await createPersonalWorkspace(tx, id, at)
      cookies.push(`gatehouse_session=${await openSession(tx, house, cell, { userId: id, client, by }, at)}`)
    }
    return cookies
  })
}

/** Says where people live, for what a key looks up of its maker. The digest stands for a username that nobody asks for. */
const addEntriesOf = async (directoryUrl: string, people: readonly string[]): Promise<void> => {
  await query(
    directoryUrl,
    `insert into entries (kind, digest, cell_id, subject_id, claim_id, state)
     select 'username', sha256(convert_to(id, 'UTF8')), $2, id, gen_random_uuid(), 'confirmed' from unnest($1::text[]) id`,
    [people, cellId],
  )
}
