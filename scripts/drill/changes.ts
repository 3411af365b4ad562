import type { LightMyRequestResponse } from 'fastify'
import { aKey, aPerson } from '../../server/test/people.ts'
import { aTeam } from '../../server/test/teams.ts'
import type { TestHouse } from '../../server/test/test-house.ts'
import { probePath } from './probe-route.ts'

/** Somebody's access, and the one request that ends it. */
type Taking = {
  /** What they ask with: a whole request. */
  request: string
  take(): Promise<LightMyRequestResponse>
}

export type Change = { name: string; prepare(house: TestHouse): Promise<Taking> }

export const requestWith = (header: string, query = ''): string =>
  `GET ${probePath}${query} HTTP/1.1\r\nHost: localhost:3000\r\nUser-Agent: drill\r\n${header}\r\n\r\n`

const withKey = (key: string): string => requestWith(`Authorization: Bearer ${key}`)

/** A member of somebody's team who made a key there. */
const aMemberWithKey = async (house: TestHouse) => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, 'editor'],
  ])
  const made = await member.call('POST', `/api/api-keys?owner=${team.username}`, {})
  return { owner, address: `/api/members/${member.userId}?owner=${team.username}`, key: made.json().key }
}

/** What the promise is about, in the order of the rounds. */
export const changes: readonly Change[] = [
  {
    name: 'revoke a key',
    async prepare(house) {
      const person = await aPerson(house)
      const { key, keyId } = await aKey(house, person)
      return { request: withKey(key), take: () => person.call('DELETE', `/api/api-keys?keyId=${keyId}`) }
    },
  },
  {
    name: 'pause a key',
    async prepare(house) {
      const person = await aPerson(house)
      const { key, keyId } = await aKey(house, person)
      return {
        request: withKey(key),
        take: () => person.call('PATCH', `/api/api-keys/${keyId}`, { paused: true }),
      }
    },
  },
  {
    name: 'demote a member',
    async prepare(house) {
      const { owner, address, key } = await aMemberWithKey(house)
      return { request: withKey(key), take: () => owner.call('PATCH', address, { role: 'viewer' }) }
    },
  },
  {
    name: 'remove a member',
    async prepare(house) {
      const { owner, address, key } = await aMemberWithKey(house)
      return { request: withKey(key), take: () => owner.call('DELETE', address) }
    },
  },
  {
    name: 'sign out everywhere',
    async prepare(house) {
      const person = await aPerson(house)
      const { email, password, cookie } = person
      const again = await person.call('POST', '/api/auth/sign-in', { email, password }, { cookie: '' })
      if (again.statusCode !== 200) throw new Error(`No second session: ${again.body}`)
      return {
        // The session of before, which the new one ends along with all others.
        request: requestWith(`Cookie: gatehouse_session=${cookie}`),
        take: () => person.call('DELETE', '/api/auth/sessions'),
      }
    },
  },
]
