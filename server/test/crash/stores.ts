import { expect } from 'vitest'
import { passkeyEntry } from '../../src/areas/accounts/factors/passkey-entry.ts'
import { memberEntry } from '../../src/areas/workspaces/members/member-entry.ts'
import type { EntryKey } from '../../src/directory/directory.ts'
import type { Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'

type Place = 'directory' | 'us-1' | 'eu-1' | 'ap-1'

/** The rows of a query, in a cell or in the directory. */
export const rowsOf = async (
  house: TestHouse,
  place: Place,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> => {
  const { pool } = place === 'directory' ? house.directory.database : house.cells.get(place)
  return (await pool.query(text, values)).rows
}

export const countOf = async (
  house: TestHouse,
  place: Place,
  from: string,
  values: unknown[] = [],
): Promise<number> => {
  const [row] = await rowsOf(house, place, `select count(*)::int as n from ${from}`, values)
  return Number(row?.n)
}

/** The state of an entry in the directory, or undefined. */
export const stateOf = async (house: TestHouse, { kind, digest }: EntryKey): Promise<unknown> =>
  (
    await rowsOf(house, 'directory', 'select state from entries where kind = $1 and digest = $2', [
      kind,
      digest,
    ])
  )[0]?.state

/** Somebody as a command's process knows them; in the first cell unless told otherwise. */
export const ownOf = async (
  house: TestHouse,
  { userId }: Pick<Person, 'userId'>,
  cellId: Exclude<Place, 'directory'> = 'us-1',
) => {
  const [session] = await rowsOf(house, cellId, 'select id from sessions where user_id = $1', [userId])
  return { userId, sessionId: String(session?.id), cellId }
}

/** How often the feed of somebody in the first cell tells of this change. */
export const toldOf = (house: TestHouse, userId: string, change: string): Promise<number> =>
  countOf(house, 'us-1', `activity_events where user_id = $1 and metadata->>'change' = $2`, [userId, change])

/** How many mails wait to be sent to somebody in the first cell. */
export const mailsTo = (house: TestHouse, userId: string): Promise<number> =>
  countOf(house, 'us-1', `graphile_worker._private_jobs where payload->>'userId' = $1`, [userId])

/** Fails unless the directory and a cell know of the same addresses, accounts at providers, passkeys, keys, memberships and invites, and
 *  nothing waits. */
export const expectStoresAgree = async (
  house: TestHouse,
  cellId: Exclude<Place, 'directory'>,
): Promise<void> => {
  const hex = (digests: unknown[]) => digests.map((digest) => (digest as Buffer).toString('hex')).sort()
  const inCell = async (query: string) => (await rowsOf(house, cellId, query)).map((row) => row.digest)
  const known = {
    email: await inCell('select digest from emails where verified_at is not null'),
    external_login: await inCell('select digest from identities'),
    passkey: (await inCell('select credential_id as digest from passkeys')).map(
      (id) => passkeyEntry(id as Buffer).digest,
    ),
    api_key: await inCell('select digest from api_keys'),
    // Everybody's membership in their own workspace is known by who they are.
    membership: (
      await rowsOf(
        house,
        cellId,
        'select workspace_id, user_id from memberships where workspace_id <> user_id',
      )
    ).map((row) => memberEntry(String(row.workspace_id), String(row.user_id)).digest),
    invite_token: await inCell(`select token_digest as digest from invites where status <> 'cancelled'`),
  }
  for (const [kind, digests] of Object.entries(known)) {
    const entries = await rowsOf(
      house,
      'directory',
      'select digest, state from entries where kind = $1 and cell_id = $2',
      [kind, cellId],
    )
    expect(
      entries.filter(({ state }) => state !== 'confirmed'),
      kind,
    ).toEqual([])
    expect(hex(entries.map(({ digest }) => digest)), kind).toEqual(hex(digests))
  }
  const names = `entries where kind = 'username' and state = 'confirmed' and cell_id = $1`
  expect(await countOf(house, 'directory', names, [cellId])).toBe(await countOf(house, cellId, 'profiles'))
}
