import { type Role, roles, type Scope, scopes } from '#contract/permissions.ts'
import { aKey, aStranger, type Caller, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import type { Asker } from './row.ts'

/** What a key can be made with: each scope alone, and none. */
const scopeSets: readonly (readonly Scope[] | null)[] = [...scopes.map((scope) => [scope]), null]

/** The columns of the table: everybody who asks, in its order. */
export const columns = [
  { head: 'anon', askers: ['anonymous'] },
  { head: 'oaev', askers: roles.map((role) => `session ${role}`) },
  { head: 'str', askers: ['session stranger'] },
  ...[...scopes, 'none'].map((scope) => ({
    head: scope.slice(0, 5),
    askers: roles.map((role) => `key ${scope}/${role}`),
  })),
  { head: 'else', askers: ['key elsewhere'] },
]

/** A key of this team, as a caller. */
export const keyIn = async (
  house: TestHouse,
  maker: Person,
  team: string,
  chosen: readonly Scope[] | null,
): Promise<{ keyId: string; call: Caller }> => {
  const reply = await maker.call('POST', `/api/api-keys?owner=${team}`, chosen ? { scopes: chosen } : {})
  if (reply.statusCode !== 200) throw new Error(`No key: ${reply.body}`)
  const { keyId, key } = reply.json()
  const anonymous = aStranger(house)
  const call: Caller = (method, url, body, headers) =>
    anonymous(method, url, body, { authorization: `Bearer ${key}`, ...headers })
  return { keyId, call }
}

/** Everybody who asks. `members` may make keys when this is called, whatever their role will be then. */
export const makeAskers = async (
  house: TestHouse,
  team: string,
  members: Record<Role, Person>,
  stranger: Person,
): Promise<Asker[]> => {
  const anonymous: Asker = { name: 'anonymous', role: null, person: null, call: aStranger(house) }
  const sessions = roles.map(
    (role): Asker => ({
      name: `session ${role}`,
      role,
      person: members[role],
      call: members[role].call,
    }),
  )
  const passing: Asker = { name: 'session stranger', role: null, person: stranger, call: stranger.call }
  const keys: Asker[] = []
  for (const chosen of scopeSets)
    for (const role of roles) {
      const person = members[role]
      const { call } = await keyIn(house, person, team, chosen)
      keys.push({ name: `key ${chosen?.[0] ?? 'none'}/${role}`, role, scopes: chosen, person, call })
    }
  // Of somebody who owns the team, with all a key can have: but made in their own workspace.
  const { call } = await aKey(house, members.owner, { scopes: [...scopes] })
  const elsewhere: Asker = {
    name: 'key elsewhere',
    role: null,
    scopes: [...scopes],
    person: members.owner,
    call,
  }
  return [anonymous, ...sessions, passing, ...keys, elsewhere]
}
