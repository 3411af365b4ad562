import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Change, expectToHold } from '../../test/holds.ts'
import { issueKey } from '../../test/keys.ts'
import { startThreeNodes, type ThreeNodes } from '../../test/nodes.ts'
import { aPerson, type Person } from '../../test/people.ts'
import { aTeam } from '../../test/teams.ts'
import type { TestHouse } from '../../test/test-house.ts'

/* Whatever takes something from a key, on three nodes that all remember it. */

let three: ThreeNodes
let house: TestHouse
beforeAll(async () => {
  three = await startThreeNodes()
  house = three.house
})
afterAll(() => three.stop())
beforeEach(() => three.untilTrusted())

/** Somebody whose requests go to one of the nodes. */
const aPersonAt = (n: number): Promise<Person> => {
  const app = three.apps[n]
  if (!app) throw new Error('There are three nodes')
  return aPerson({ ...house, http: app.http })
}

/** A team of two, made at one of the nodes, with a key of each. */
const aTeamAt = async (n: number) => {
  const [owner, member] = [await aPersonAt(n), await aPersonAt(n)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, 'admin'],
  ])
  const ownersKey = await issueKey(house, owner, {}, team.username)
  const membersKey = await issueKey(house, member, {}, team.username)
  return { owner, member, team, ownersKey, membersKey, at: `?owner=${team.username}` }
}

/** What takes something away from a key. Each is made at another node in turn. */
const changes: Record<string, (n: number) => Promise<Change>> = {
  async 'its revocation'(n) {
    const person = await aPersonAt(n)
    const { key, keyId } = await issueKey(house, person)
    return {
      asker: key,
      change: () => person.call('DELETE', `/api/api-keys?keyId=${keyId}`),
      outcome: '401 invalid_api_key',
    }
  },
  async 'a new value'(n) {
    const person = await aPersonAt(n)
    const { key, keyId } = await issueKey(house, person)
    return {
      asker: key,
      change: () => person.call('POST', `/api/api-keys/${keyId}/rotate`, { overlapHours: 0 }),
      outcome: '401 api_key_expired',
    }
  },
  async 'its pause'(n) {
    const person = await aPersonAt(n)
    const { key, keyId } = await issueKey(house, person)
    return {
      asker: key,
      change: () => person.call('PATCH', `/api/api-keys/${keyId}`, { paused: true }),
      outcome: '403 api_key_paused',
    }
  },
  async 'addresses it is limited to'(n) {
    const person = await aPersonAt(n)
    const { key, keyId } = await issueKey(house, person)
    return {
      asker: key,
      change: () => person.call('PATCH', `/api/api-keys/${keyId}`, { allowedAddresses: ['192.0.2.7'] }),
      outcome: '403 address_not_allowed',
    }
  },
  async 'the demotion of its maker'(n) {
    const { owner, member, membersKey, at } = await aTeamAt(n)
    return {
      asker: membersKey.key,
      change: () => owner.call('PATCH', `/api/members/${member.userId}${at}`, { role: 'viewer' }),
      outcome: '403 permission_denied',
    }
  },
  async 'the removal of its maker'(n) {
    const { owner, member, membersKey, at } = await aTeamAt(n)
    return {
      asker: membersKey.key,
      change: () => owner.call('DELETE', `/api/members/${member.userId}${at}`),
      outcome: '401 invalid_api_key',
    }
  },
  async 'its maker leaving'(n) {
    const { member, membersKey, at } = await aTeamAt(n)
    return {
      asker: membersKey.key,
      change: () => member.call('DELETE', `/api/members/${member.userId}${at}`),
      outcome: '401 invalid_api_key',
    }
  },
  async 'another owner'(n) {
    const { owner, member, ownersKey, at } = await aTeamAt(n)
    return {
      asker: ownersKey.key,
      change: () =>
        owner.call('POST', `/api/members/transfer-ownership${at}`, { targetUserId: member.userId }),
      outcome: '200 admin',
    }
  },
  async 'the deletion of its team'(n) {
    const { owner, member, team, ownersKey, at } = await aTeamAt(n)
    await owner.call('DELETE', `/api/members/${member.userId}${at}`)
    const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: team.username }
    return {
      asker: ownersKey.key,
      change: () => owner.call('POST', '/api/gdpr', body),
      outcome: '401 invalid_api_key',
    }
  },
}

for (const [name, prepare] of Object.entries(changes))
  test(`${name} holds on every node from the moment of the reply, three times over`, () =>
    expectToHold(three, prepare))

test('all that was thousands of requests', () => {
  expect(Object.keys(changes)).toHaveLength(9)
  expect(three.asked()).toBeGreaterThan(2000)
})
