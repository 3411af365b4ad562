import { afterAll, beforeAll, expect, test } from 'vitest'
import { ErrorReply } from '#contract/errors.ts'
import { type IssuedKey, issueKey } from '../../test/keys.ts'
import { aPerson, aStranger, type Person } from '../../test/people.ts'
import { aTeam, type Team } from '../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'

/* Whoever is inside is told the one thing that would allow what they tried; whoever is outside is told nothing. */

let house: TestHouse
let owner: Person
let viewer: Person
let team: Team
let full: Team
let key: IssuedKey
let trainer: IssuedKey

beforeAll(async () => {
  house = await startTestHouse()
  ;[owner, viewer] = [await aPerson(house), await aPerson(house)]
  team = await aTeam(house, [
    [owner, 'owner'],
    [viewer, 'viewer'],
  ])
  full = await aTeam(
    house,
    [
      [owner, 'owner'],
      [viewer, 'viewer'],
    ],
    { seats: 2 },
  )
  key = await issueKey(house, owner, { name: 'Reads', scopes: ['read'] }, team.username)
  trainer = await issueKey(house, owner, { scopes: ['training'] }, team.username)
})
afterAll(() => house.stop())

const invite = { email: 'somebody@example.com', role: 'viewer' }

type Sent = ReturnType<Person['call']>

const cases: [string, () => Sent, { reason: string; hint: () => string[]; needs?: object }][] = [
  [
    'a scope that the key does not have',
    () => key.call('POST', '/api/settings', { bio: '' }),
    { reason: 'scope_missing', hint: () => ['the scope admin', 'has read'], needs: { scopes: ['admin'] } },
  ],
  [
    'one of several scopes',
    () => trainer.call('GET', '/api/api-keys'),
    {
      reason: 'scope_missing',
      hint: () => ['one of the scopes read, admin', 'has training'],
      needs: { scopes: ['read', 'admin'] },
    },
  ],
  [
    'a role that the person does not have',
    () => viewer.call('POST', `/api/settings?owner=${team.username}`, { bio: '' }),
    {
      reason: 'permission_denied',
      hint: () => ['the role admin or higher', 'You have the role viewer', team.username],
      needs: { role: 'admin' },
    },
  ],
  [
    'a role below the highest',
    () => viewer.call('POST', `/api/api-keys?owner=${team.username}`, {}),
    { reason: 'permission_denied', hint: () => ['the role editor'], needs: { role: 'editor' } },
  ],
  [
    'the owner',
    () =>
      viewer.call('POST', `/api/members/transfer-ownership?owner=${team.username}`, {
        targetUserId: viewer.userId,
      }),
    { reason: 'permission_denied', hint: () => ['the owner'], needs: { role: 'owner' } },
  ],
  [
    'a session instead of a key',
    () => key.call('GET', '/api/members'),
    { reason: 'session_only', hint: () => ['Sign in'], needs: { session: true } },
  ],
  [
    'the workspace of the key',
    () => key.call('GET', `/api/settings?owner=${owner.username}`),
    { reason: 'workspace_mismatch', hint: () => [team.username, 'no other workspace'] },
  ],
  [
    'a seat',
    () => owner.call('POST', `/api/members?owner=${full.username}`, invite),
    { reason: 'seat_limit_reached', hint: () => ['2 seats', 'Remove a member or cancel an invite'] },
  ],
  [
    'a plan with seats',
    () => owner.call('POST', '/api/members', invite),
    { reason: 'seat_limit_reached', hint: () => ['Pro or Enterprise'], needs: { plan: 'pro' } },
  ],
]

test.each(cases)('a refusal for want of %s names that and nothing else', async (_what, send, expected) => {
  const refused = await send()
  const body = ErrorReply.strict().parse(refused.json())
  expect([refused.statusCode, body.reason]).toEqual([403, expected.reason])
  expect(body.requestId).toBe(refused.headers['x-request-id'])
  for (const words of expected.hint()) expect(body.hint).toContain(words)
  expect(body.needs).toEqual(expected.needs)
})

test('a key whose maker lost the role is told whose role it is', async () => {
  const [other, maker] = [await aPerson(house), await aPerson(house)]
  const { username } = await aTeam(house, [
    [other, 'owner'],
    [maker, 'admin'],
  ])
  const theirs = await issueKey(house, maker, { scopes: ['admin'] }, username)
  await other.call('PATCH', `/api/members/${maker.userId}?owner=${username}`, { role: 'viewer' })
  const refused = await theirs.call('POST', '/api/settings', { bio: '' })
  expect(refused.json()).toMatchObject({
    needs: { role: 'admin' },
    hint: expect.stringContaining('Whoever made this key has the role viewer'),
  })
})

test('a stranger is told nothing, whether the thing is there or not', async () => {
  const [stranger, nobody] = [await aPerson(house), aStranger(house)]
  const forged = { authorization: `Bearer ul_${'0'.repeat(40)}` }
  const attempts: [number, Sent][] = [
    [401, nobody('GET', `/api/settings?owner=${team.username}`)],
    [401, nobody('GET', '/api/settings', undefined, forged)],
    [401, nobody('GET', '/api/settings', undefined, { authorization: 'Bearer nonsense' })],
    [401, nobody('POST', '/api/webhooks/training/metrics', {})],
    [404, stranger.call('GET', `/api/settings?owner=${team.username}`)],
    [404, stranger.call('GET', '/api/settings?owner=nobody-by-this-name')],
    [404, stranger.call('POST', `/api/members?owner=${team.username}`, invite)],
    [404, stranger.call('DELETE', `/api/api-keys/${key.keyId}`)],
    [404, stranger.call('POST', '/api/auth/workspace', { username: team.username })],
    [404, stranger.call('POST', '/api/invites/accept', { token: 'A'.repeat(43) })],
    [404, nobody('GET', `/api/invites/info?token=${'A'.repeat(43)}`)],
  ]
  for (const [status, sent] of attempts) {
    const refused = await sent
    const body = ErrorReply.strict().parse(refused.json())
    expect([body.reason, refused.statusCode]).toEqual([body.reason, status])
    expect(body.requestId).toBe(refused.headers['x-request-id'])
    expect([body.reason, body.hint, body.needs]).toEqual([body.reason, undefined, undefined])
    expect(refused.body).not.toContain(team.username)
  }
})
