import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../test/at-once.ts'
import { answerOf, holding, issueKey } from '../../../test/keys.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { secondsAfter } from '../../clock.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const hour = 3600
const day = 24 * hour
const inSeconds = (seconds: number) => secondsAfter(house.clock.now(), seconds).toISOString()

const rotate = (person: Pick<Person, 'call'>, keyId: string, body: object = {}, owner?: string) =>
  person.call('POST', `/api/api-keys/${keyId}/rotate${owner ? `?owner=${owner}` : ''}`, body)

/** Rotates and holds what came of it. */
const rotated = async (person: Pick<Person, 'call'>, keyId: string, body: object = {}) => {
  const reply = await rotate(person, keyId, body)
  expect(reply.statusCode).toBe(200)
  return { ...holding(house, reply.json()), replaced: reply.json().replaced }
}

/** Sessions do not last that long. */
const comeBackAfter = async ({ call, email, password }: Person, seconds: number): Promise<void> => {
  house.clock.advance(seconds)
  await call('POST', '/api/auth/sign-in', { email, password })
}

const keysOf = async (person: Pick<Person, 'call'>) =>
  (await person.call('GET', '/api/api-keys')).json().keys as Record<string, unknown>[]

const feedOf = async (person: Pick<Person, 'call'>) =>
  (await person.call('GET', '/api/activity?limit=100')).json().events

const rowsOf = async (...keyIds: string[]) =>
  (
    await house.cells
      .get('us-1')
      .pool.query('select id, xmin::text as written_by, expires_at from api_keys where id = any($1)', [
        keyIds,
      ])
  ).rows

test('a rotated key and the one before both work until the overlap ends, and the one before not a second longer', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person)
  const after = await rotated(person, before.keyId)
  expect(after.replaced).toEqual({ keyId: before.keyId, expiresAt: inSeconds(24 * hour) })
  expect(after.key).not.toBe(before.key)
  house.clock.advance(24 * hour - 1)
  expect(await answerOf(before)).toEqual([200, undefined])
  expect(await answerOf(after)).toEqual([200, undefined])
  house.clock.advance(1)
  expect(await answerOf(before)).toEqual([401, 'api_key_expired'])
  expect(await answerOf(after)).toEqual([200, undefined])
})

test('without an overlap the key before is over with the answer', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person)
  const after = await rotated(person, before.keyId, { overlapHours: 0 })
  expect(await answerOf(before)).toEqual([401, 'api_key_expired'])
  expect(await answerOf(after)).toEqual([200, undefined])
})

test('a rotation is one transaction, told as one key made and one replaced', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person, { name: 'Training Server' })
  const after = await rotated(person, before.keyId, { overlapHours: 1 })
  const rows = await rowsOf(before.keyId, after.keyId)
  expect(rows).toHaveLength(2)
  expect(new Set(rows.map((row) => row.written_by)).size).toBe(1)
  const [updated, created] = await feedOf(person)
  expect([updated, created].sort((a, b) => (a.action < b.action ? -1 : 1))).toMatchObject([
    {
      action: 'created',
      resourceId: after.keyId,
      resourceName: 'Training Server',
      metadata: { keyPrefix: after.key.slice(0, 11), replaces: before.key.slice(0, 11) },
    },
    {
      action: 'updated',
      resourceId: before.keyId,
      metadata: { keyPrefix: before.key.slice(0, 11), change: 'rotated', expiresAt: inSeconds(hour) },
    },
  ])
})

test('a rotated key has the name, scopes, addresses and way of being shown of the one before', async () => {
  const person = await aPerson(house)
  const fields = {
    name: 'Laptop',
    scopes: ['training', 'read'],
    allowedAddresses: ['127.0.0.1', '10.0.0.0/8'],
    showOnce: true,
  }
  const before = await issueKey(house, person, fields)
  const after = await rotated(person, before.keyId)
  expect(after.issued).toMatchObject({ name: 'Laptop', scopes: ['training', 'read'], showOnce: true })
  const [first, second] = await keysOf(person)
  for (const key of [first, second]) {
    expect(key).toMatchObject(fields)
    expect(key).not.toHaveProperty('key')
  }
  expect((await after.call('POST', '/api/settings', { bio: '' })).json().reason).toBe('scope_missing')
  const elsewhere = await after.callFrom({ address: '203.0.113.7' }, 'GET', '/api/settings')
  expect(elsewhere.json().reason).toBe('address_not_allowed')
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select sealed from api_keys where id = $1', [after.keyId])
  expect(rows).toEqual([{ sealed: null }])
})

test('a key without scopes, limits or end gets none by being rotated, and is shown like the one before', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person)
  const after = await rotated(person, before.keyId)
  const now = (await keysOf(person)).find((key) => key.keyId === after.keyId)
  expect(now).toMatchObject({ key: after.key, showOnce: false, status: 'active' })
  for (const limit of ['scopes', 'expiresAt', 'allowedAddresses']) expect(now).not.toHaveProperty(limit)
})

test('a key that would have ended before the overlap does so', async () => {
  const person = await aPerson(house)
  const expiresAt = inSeconds(2 * hour)
  const before = await issueKey(house, person, { expiresAt })
  const after = await rotated(person, before.keyId, { overlapHours: 720 })
  expect(after.replaced.expiresAt).toBe(expiresAt)
  house.clock.advance(2 * hour)
  expect(await answerOf(before)).toEqual([401, 'api_key_expired'])
})

test('a key that was made for ten days is followed by one for ten days', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person, { expiresAt: inSeconds(10 * day) })
  await comeBackAfter(person, 5 * day)
  const after = await rotated(person, before.keyId, { overlapHours: 1 })
  expect(after.issued.expiresAt).toBe(inSeconds(10 * day))
  expect(after.replaced.expiresAt).toBe(inSeconds(hour))
})

test('a rotated key is rotated again, and the first of them keeps its end', async () => {
  const person = await aPerson(house)
  const first = await issueKey(house, person)
  const second = await rotated(person, first.keyId, { overlapHours: 2 })
  house.clock.advance(hour)
  const third = await rotated(person, second.keyId, { overlapHours: 2 })
  house.clock.advance(hour)
  expect(await answerOf(first)).toEqual([401, 'api_key_expired'])
  expect(await answerOf(second)).toEqual([200, undefined])
  house.clock.advance(hour)
  expect(await answerOf(second)).toEqual([401, 'api_key_expired'])
  expect(await answerOf(third)).toEqual([200, undefined])
})

test('a key is replaced once: who rotates it again is told to rotate the newer one, and nothing changes', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person)
  const after = await rotated(person, before.keyId, { overlapHours: 2 })
  const [keys, feed] = [await keysOf(person), await feedOf(person)]
  expect(keys.find(({ keyId }) => keyId === before.keyId)).toMatchObject({
    replacedAt: house.clock.now().toISOString(),
  })
  const refused = await rotate(person, before.keyId, { overlapHours: 720 })
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'api_key_replaced'])
  expect(await keysOf(person)).toEqual(keys)
  expect(await feedOf(person)).toEqual(feed)
  expect(await answerOf(after)).toEqual([200, undefined])
})

test('of rotations at once one is done, and the key before ends as that one said', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person)
  const replies = await atOnce(6, (n) => rotate(person, before.keyId, { overlapHours: n + 1 }))
  expect(tally(replies)).toEqual({ 200: 1, 409: 5 })
  const issued = replies.find(({ statusCode }) => statusCode === 200)!.json()
  expect(await answerOf(holding(house, issued))).toEqual([200, undefined])
  expect(issued).not.toHaveProperty('expiresAt')
  const keys = await keysOf(person)
  expect(keys).toHaveLength(2)
  expect(keys.find(({ keyId }) => keyId === before.keyId)).toMatchObject(issued.replaced)
  expect((await feedOf(person)).map(({ action }: { action: string }) => action).toSorted()).toEqual([
    'completed',
    'created',
    'created',
    'updated',
  ])
})

test('a key rotated and revoked at once is over, and leaves the new key with its event or neither', async () => {
  const person = await aPerson(house)
  for (let round = 0; round < 5; round++) {
    const before = await issueKey(house, person, { name: `Round ${round}` })
    const [rotation, revoke] = await Promise.all([
      rotate(person, before.keyId),
      person.call('DELETE', `/api/api-keys/${before.keyId}`),
    ])
    expect(revoke.statusCode).toBe(200)
    expect([200, 404]).toContain(rotation.statusCode)
    expect((await answerOf(before))[0]).toBe(401)
    const left = (await keysOf(person)).filter((key) => key.name === `Round ${round}`)
    expect(left).toHaveLength(rotation.statusCode === 200 ? 1 : 0)
    if (rotation.statusCode === 200)
      expect(await answerOf(holding(house, rotation.json()))).toEqual([200, undefined])
  }
})

test('a rotation whose reservation lapsed leaves the key, its end and the feed as they were', async () => {
  const person = await aPerson(house)
  const expiresAt = inSeconds(30 * day)
  const before = await issueKey(house, person, { expiresAt })
  const [keys, feed] = [await keysOf(person), await feedOf(person)]
  const { confirm } = house.directory
  house.directory.confirm = async (claim) => {
    await house.directory.giveUp(claim.id)
    return confirm.call(house.directory, claim)
  }
  try {
    const refused = await rotate(person, before.keyId)
    expect([refused.statusCode, refused.json().reason]).toEqual([503, 'store_unavailable'])
  } finally {
    house.directory.confirm = confirm
  }
  expect(await keysOf(person)).toEqual(keys)
  expect(await feedOf(person)).toEqual(feed)
})

test('a key that has ended is not rotated', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person, { expiresAt: inSeconds(hour) })
  house.clock.advance(hour)
  const refused = await rotate(person, before.keyId)
  expect([refused.statusCode, refused.json().reason]).toEqual([400, 'invalid_request'])
  expect(await keysOf(person)).toHaveLength(1)
})

test('an end as far away as one may be is passed on when half of that has gone by', async () => {
  const person = await aPerson(house)
  const before = await issueKey(house, person, { expiresAt: inSeconds(3650 * day) })
  await comeBackAfter(person, 1825 * day)
  const after = await rotated(person, before.keyId)
  expect(after.issued.expiresAt).toBe(inSeconds(3650 * day))
})

test('nobody rotates the key of somebody else: admins are told whose it is, others that there is none', async () => {
  const [owner, admin, editor] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
  ])
  const key = await issueKey(house, admin, {}, team.username)
  const byOwner = await rotate(owner, key.keyId, {}, team.username)
  expect([byOwner.statusCode, byOwner.json().reason]).toEqual([403, 'key_not_yours'])
  const byEditor = await rotate(editor, key.keyId, {}, team.username)
  const missing = await rotate(editor, 'f'.repeat(24), {}, team.username)
  expect([byEditor.statusCode, byEditor.json().error]).toEqual([404, missing.json().error])
  expect(await rowsOf(key.keyId)).toMatchObject([{ expires_at: null }])
  expect((await rotate(admin, key.keyId, {}, team.username)).statusCode).toBe(200)
})

test('no key rotates a key, not even itself with the admin scope', async () => {
  const person = await aPerson(house)
  for (const fields of [{}, { scopes: ['admin'] }]) {
    const key = await issueKey(house, person, fields)
    const refused = await rotate(key, key.keyId)
    expect([refused.statusCode, refused.json().needs]).toEqual([403, { session: true }])
    expect(await answerOf(key)).toEqual([200, undefined])
  }
})
