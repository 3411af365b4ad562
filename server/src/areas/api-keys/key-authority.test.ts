import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  coversScope,
  may,
  type Permission,
  permissions,
  type Role,
  roles,
  type Scope,
} from '#contract/permissions.ts'
import { type IssuedKey, issueKey } from '../../../test/keys.ts'
import { aPerson } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

/* A key never does more than the person who made it may do now: every role, with every set of scopes, on a route of every kind. */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

type Route = {
  what: string
  permission: Permission
  /** Any live key when missing; no key at all when null. */
  key?: readonly Scope[] | null
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: string
  body?: object
}

const runId = 'f'.repeat(24)
const representative: Route[] = [
  { what: 'look at the profile', permission: 'workspace.view', method: 'GET', url: '/api/settings' },
  {
    what: 'change the profile',
    permission: 'workspace.edit',
    key: ['admin'],
    method: 'POST',
    url: '/api/settings',
    body: { bio: 'Written by a key.' },
  },
  {
    what: 'list projects',
    permission: 'library.view',
    key: ['models', 'read'],
    method: 'GET',
    url: '/api/projects',
  },
  {
    what: 'start a training',
    permission: 'training.run',
    key: ['training'],
    method: 'POST',
    url: '/api/webhooks/training/metrics',
    body: {
      event: 'training_started',
      project: 'first-project',
      name: 'train',
      data: { trainArgs: { model: 'yolo26n.pt', task: 'detect' }, epochs: 3 },
    },
  },
  {
    what: 'ask where weights go',
    permission: 'training.run',
    key: ['training'],
    method: 'POST',
    url: '/api/webhooks/models/upload',
    body: { modelId: runId, filename: 'best.pt' },
  },
  {
    what: 'list keys',
    permission: 'apiKeys.manage',
    key: ['read', 'admin'],
    method: 'GET',
    url: '/api/api-keys',
  },
  {
    what: 'create a key',
    permission: 'apiKeys.manage',
    key: ['admin'],
    method: 'POST',
    url: '/api/api-keys',
    body: {},
  },
  { what: 'list members', permission: 'members.view', key: null, method: 'GET', url: '/api/members' },
  {
    what: 'invite somebody',
    permission: 'invites.manage',
    key: null,
    method: 'POST',
    url: '/api/members',
    body: { email: 'somebody@example.com', role: 'viewer' },
  },
  { what: 'read the feed', permission: 'activity.view', key: null, method: 'GET', url: '/api/activity' },
]

const scopeSets: (readonly Scope[] | null)[] = [
  null,
  ['read'],
  ['write'],
  ['training'],
  ['models', 'datasets'],
  ['admin'],
  ['read', 'write', 'admin', 'training', 'models', 'datasets'],
]

describe.each(roles)('the key of an %s', (role: Role) => {
  test('does what its scopes and that role both carry, and nothing else', async () => {
    const [owner, maker] = [await aPerson(house), await aPerson(house)]
    const team = await aTeam(house, [
      [owner, 'owner'],
      [maker, 'admin'],
    ])
    const holder = role === 'owner' ? owner : maker
    const keys: [readonly Scope[] | null, IssuedKey][] = []
    for (const scopes of scopeSets)
      keys.push([scopes, await issueKey(house, holder, scopes ? { scopes } : {}, team.username)])
    // A viewer made their keys in better days.
    if (role !== 'owner' && role !== 'admin')
      await owner.call('PATCH', `/api/members/${maker.userId}?owner=${team.username}`, { role })

    for (const { what, permission, key: needed, method, url, body } of representative)
      for (const [scopes, { call }] of keys) {
        const reply = await call(method, url, body)
        const suits = needed === undefined || (needed !== null && coversScope(scopes, needed))
        const isAllowed = suits && may(role, permission)
        const did = reply.statusCode !== 403
        const reason = isAllowed ? undefined : reasonOf(needed, suits)
        expect({ what, scopes, did, reason: reply.json().reason }).toMatchObject({
          what,
          scopes,
          did: isAllowed,
          ...(reason ? { reason } : {}),
        })
        expect([what, reply.statusCode]).not.toEqual([what, 401])
      }
  })
})

const reasonOf = (needed: readonly Scope[] | null | undefined, suits: boolean): string => {
  if (needed === null) return 'session_only'
  return suits ? 'permission_denied' : 'scope_missing'
}

test('the table above asks for permissions of every step of the ladder that a key can reach', () => {
  const lowest = new Set(representative.map(({ permission }) => permissions[permission].roles.at(-1)))
  expect([...lowest].toSorted()).toEqual(['admin', 'editor', 'viewer'])
})
