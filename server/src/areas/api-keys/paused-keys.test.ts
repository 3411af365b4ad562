import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, issueKey } from '../../../test/keys.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { secondsAfter } from '../../clock.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const inSeconds = (seconds: number) => secondsAfter(house.clock.now(), seconds).toISOString()

const change = (
  person: Pick<Person, 'call'>,
  keyId: string,
  fields: Record<string, unknown>,
  owner?: string,
) => person.call('PATCH', `/api/api-keys/${keyId}${owner ? `?owner=${owner}` : ''}`, fields)

const listed = async (person: Pick<Person, 'call'>, keyId: string, owner?: string) =>
  (await person.call('GET', `/api/api-keys${owner ? `?owner=${owner}` : ''}`))
    .json()
    .keys.find((key: { keyId: string }) => key.keyId === keyId)

/** What the feed tells of a key, the newest first. */
const toldOf = async (person: Pick<Person, 'call'>, keyId: string, owner?: string) =>
  (await person.call('GET', `/api/activity?limit=100${owner ? `&owner=${owner}` : ''}`))
    .json()
    .events.filter((event: { resourceId: string }) => event.resourceId === keyId)
    .map(({ action, metadata }: { action: string; metadata: { change?: string } }) =>
      metadata.change ? `${action} ${metadata.change}` : action,
    )

test('a paused key is refused with 403 on every kind of route until it is resumed, and its pause is told', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  const paused = await change(person, key.keyId, { paused: true })
  expect(paused.json()).toMatchObject({ status: 'paused', pausedAt: house.clock.now().toISOString() })
  const requests = [
    ['GET', '/api/settings'],
    ['GET', '/api/models'],
    ['DELETE', '/api/api-keys?keyId=x'],
    ['POST', '/api/webhooks/training/metrics'],
    ['POST', '/api/auth/workspace'],
  ] as const
  for (const [method, url] of requests) {
    const refused = await key.call(method, url, method === 'POST' ? {} : undefined)
    expect([url, refused.statusCode, refused.json().reason]).toEqual([url, 403, 'api_key_paused'])
    expect(refused.json().requestId).toBe(refused.headers['x-request-id'])
  }
  expect((await change(person, key.keyId, { paused: false })).json()).toMatchObject({ status: 'active' })
  expect(await answerOf(key)).toEqual([200, undefined])
  expect(await listed(person, key.keyId)).not.toHaveProperty('pausedAt')
  expect(await toldOf(person, key.keyId)).toEqual(['updated resumed', 'updated paused', 'created'])
})

test('pausing a key again changes nothing and tells of nothing', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  const { pausedAt } = (await change(person, key.keyId, { paused: true })).json()
  house.clock.advance(60)
  expect((await change(person, key.keyId, { paused: true })).json().pausedAt).toBe(pausedAt)
  expect((await change(person, key.keyId, {})).json().pausedAt).toBe(pausedAt)
  expect(await toldOf(person, key.keyId)).toEqual(['updated paused', 'created'])
})

test('a key that is paused and has ended is over', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person, { expiresAt: inSeconds(10) })
  await change(person, key.keyId, { paused: true })
  house.clock.advance(10)
  expect(await answerOf(key)).toEqual([401, 'api_key_expired'])
  expect(await listed(person, key.keyId)).toMatchObject({ status: 'expired' })
})

test('owners and admins pause and resume the keys of others, and change nothing else about them', async () => {
  const [owner, admin, editor] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
  ])
  const key = await issueKey(house, editor, {}, team.username)
  for (const person of [owner, admin]) {
    expect((await change(person, key.keyId, { paused: true }, team.username)).statusCode).toBe(200)
    expect(await answerOf(key)).toEqual([403, 'api_key_paused'])
    const resumed = await change(person, key.keyId, { paused: false }, team.username)
    expect(resumed.json()).toMatchObject({ status: 'active', isOwn: false })
    expect(resumed.json()).not.toHaveProperty('key')
    for (const fields of [
      { name: 'Mine now' },
      { expiresAt: inSeconds(60) },
      { expiresAt: null },
      { allowedAddresses: [] },
      { paused: true, name: 'Mine now' },
    ]) {
      const refused = await change(person, key.keyId, fields, team.username)
      expect([refused.statusCode, refused.json().reason]).toEqual([403, 'key_not_yours'])
    }
  }
  expect(await answerOf(key)).toEqual([200, undefined])
  const ownersKey = await issueKey(house, owner, {}, team.username)
  const missing = await change(editor, 'f'.repeat(24), { paused: true }, team.username)
  const hidden = await change(editor, ownersKey.keyId, { paused: true }, team.username)
  expect([hidden.statusCode, hidden.json().error]).toEqual([404, missing.json().error])
  expect(await answerOf(ownersKey)).toEqual([200, undefined])
})

test('what an owner or admin paused its maker does not resume, nor get around by rotating', async () => {
  const [owner, admin, editor] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const { username } = await aTeam(house, [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
  ])
  const key = await issueKey(house, editor, {}, username)
  await change(admin, key.keyId, { paused: true }, username)
  const refused = await change(editor, key.keyId, { paused: false }, username)
  expect([refused.statusCode, refused.json().needs]).toEqual([403, { role: 'admin' }])
  const rotation = await editor.call('POST', `/api/api-keys/${key.keyId}/rotate?owner=${username}`, {})
  expect([rotation.statusCode, rotation.json().reason]).toEqual([403, 'api_key_paused'])
  expect(await answerOf(key)).toEqual([403, 'api_key_paused'])
  expect((await change(owner, key.keyId, { paused: false }, username)).statusCode).toBe(200)
  // What they paused themselves they resume themselves.
  await change(editor, key.keyId, { paused: true }, username)
  expect((await change(editor, key.keyId, { paused: false }, username)).statusCode).toBe(200)
  expect(await answerOf(key)).toEqual([200, undefined])
})
