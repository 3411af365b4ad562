import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdersOf } from '../../../test/dump.ts'
import { answerOf, issueKey } from '../../../test/keys.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { secondsAfter } from '../../clock.ts'

let house: TestHouse
/** The same behind a proxy on this machine. */
let proxied: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
  proxied = await startTestHouse({ config: { trustedProxies: ['127.0.0.1'] } })
})
afterAll(async () => {
  await house.stop()
  await proxied.stop()
})

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

test('a key works until the second it was given and not from then on, and is told apart from one that never was', async () => {
  const person = await aPerson(house)
  const expiresAt = inSeconds(60)
  const key = await issueKey(house, person, { expiresAt })
  expect(key.issued.expiresAt).toBe(expiresAt)
  house.clock.advance(59.999)
  expect(await answerOf(key)).toEqual([200, undefined])
  house.clock.advance(0.001)
  const refused = await key.call('GET', '/api/settings')
  expect([refused.statusCode, refused.json()]).toEqual([
    401,
    {
      error: 'Invalid API key',
      code: 'UNAUTHORIZED',
      reason: 'api_key_expired',
      requestId: refused.headers['x-request-id'],
      hint: expect.stringContaining(expiresAt),
    },
  ])
  expect(await listed(person, key.keyId)).toMatchObject({ status: 'expired', expiresAt })
})

test('an end may be written with an offset, and is told in UTC', async () => {
  const key = await issueKey(house, await aPerson(house), { expiresAt: '2030-01-01T02:00:00+02:00' })
  expect(key.issued.expiresAt).toBe('2030-01-01T00:00:00.000Z')
})

const tenYears = 3652 * 86_400

test.each([
  ['a second ago', -1, 'must lie in the future'],
  ['at this very second', 0, 'must lie in the future'],
  ['in eleven years', tenYears + 365 * 86_400, 'must lie in the next 10 years'],
])('a key cannot be made, nor told, to end %s', async (_when, seconds, message) => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  const body = { expiresAt: inSeconds(seconds) }
  for (const refused of [
    await person.call('POST', '/api/api-keys', body),
    await change(person, key.keyId, body),
  ])
    expect([refused.statusCode, refused.json()]).toEqual([
      400,
      expect.objectContaining({
        reason: 'invalid_request',
        issues: [{ path: 'expiresAt', message }],
      }),
    ])
  expect((await person.call('GET', '/api/api-keys')).json().keys).toHaveLength(1)
  expect(await answerOf(key)).toEqual([200, undefined])
})

test('its maker gives a key that has ended more time, and then takes the end away', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person, { expiresAt: inSeconds(10) })
  house.clock.advance(3600)
  expect(await answerOf(key)).toEqual([401, 'api_key_expired'])
  const extended = await change(person, key.keyId, { expiresAt: inSeconds(10) })
  expect(extended.json()).toMatchObject({ status: 'active', expiresAt: inSeconds(10) })
  expect(await answerOf(key)).toEqual([200, undefined])
  house.clock.advance(10)
  expect(await answerOf(key)).toEqual([401, 'api_key_expired'])
  expect((await change(person, key.keyId, { expiresAt: null })).json()).not.toHaveProperty('expiresAt')
  house.clock.advance(365 * 86_400)
  expect(await answerOf(key)).toEqual([200, undefined])
})

const list = ['203.0.113.7', '198.51.100.0/24', '2001:db8::/32']

test.each([
  ['203.0.113.7', 200],
  ['198.51.100.255', 200],
  ['::ffff:198.51.100.1', 200],
  ['2001:db8:1::1', 200],
  ['203.0.113.8', 403],
  ['198.51.101.0', 403],
  ['::ffff:203.0.113.8', 403],
  ['2001:db9::1', 403],
])('a key that is limited to addresses, used from %s, is answered %i', async (address, status) => {
  const key = await issueKey(house, await aPerson(house), { allowedAddresses: list })
  const reply = await key.callFrom({ address }, 'GET', '/api/settings')
  expect(reply.statusCode).toBe(status)
  if (status === 200) return
  expect(reply.json()).toMatchObject({
    code: 'FORBIDDEN',
    reason: 'address_not_allowed',
    requestId: reply.headers['x-request-id'],
    hint: expect.stringContaining(address.replace('::ffff:', '')),
  })
})

test('what a request says of where it came from counts only behind a proxy that is trusted', async () => {
  const from = (headers: Record<string, string>) => ({ address: '127.0.0.1', headers })
  const allowed = { allowedAddresses: ['203.0.113.7'] }
  const plain = await issueKey(house, await aPerson(house), allowed)
  const behind = await issueKey(proxied, await aPerson(proxied), allowed)
  const honest = from({ 'x-forwarded-for': '203.0.113.7' })
  expect((await plain.callFrom(honest, 'GET', '/api/settings')).statusCode).toBe(403)
  expect((await behind.callFrom(honest, 'GET', '/api/settings')).statusCode).toBe(200)
  // What the proxy wrote stands last; what a client wrote before it is hearsay.
  const claimed = from({ 'x-forwarded-for': '203.0.113.7, 198.51.100.1' })
  const refused = await behind.callFrom(claimed, 'GET', '/api/settings')
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'address_not_allowed'])
  expect(refused.json().hint).toContain('198.51.100.1')
  const elsewhere = { address: '198.51.100.9', headers: { 'x-forwarded-for': '203.0.113.7' } }
  expect((await behind.callFrom(elsewhere, 'GET', '/api/settings')).statusCode).toBe(403)
})

test('addresses are changed by its maker, at once, and an empty list means anywhere', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  const limited = await change(person, key.keyId, { allowedAddresses: [...list, list[0]] })
  expect(limited.json().allowedAddresses).toEqual(list)
  expect(await answerOf(key)).toEqual([403, 'address_not_allowed'])
  expect((await change(person, key.keyId, { allowedAddresses: [] })).json()).not.toHaveProperty(
    'allowedAddresses',
  )
  expect(await answerOf(key)).toEqual([200, undefined])
  expect(await toldOf(person, key.keyId)).toEqual([
    'updated limits_changed',
    'updated limits_changed',
    'created',
  ])
  // Addresses may be people's homes: the feed counts them.
  const feed = (await person.call('GET', '/api/activity')).body
  for (const address of list) expect(feed).not.toContain(address)
})

test('a key that is shown once is in that answer and nowhere else, and the list says so', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person, { name: 'Shown once', showOnce: true })
  expect(key.issued).toMatchObject({ showOnce: true, key: expect.stringMatching(/^ul_[0-9a-f]{40}$/) })
  expect(await answerOf(key)).toEqual([200, undefined])
  const seen = await listed(person, key.keyId)
  expect(seen).toMatchObject({ showOnce: true, isOwn: true, status: 'active' })
  expect(seen).not.toHaveProperty('key')
  for (const reply of [await change(person, key.keyId, { name: 'Renamed' })])
    expect(reply.body).not.toContain(key.key.slice(11))
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select sealed, octet_length(digest) as digest from api_keys where id = $1', [key.keyId])
  expect(rows).toEqual([{ sealed: null, digest: 32 }])
  expect(await holdersOf(house, key.key.slice(11))).toEqual([])
  expect(house.logged()).not.toContain(key.key.slice(11))
})

test('a key is renamed by its maker alone, and the feed keeps both names', async () => {
  const [owner, editor] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [editor, 'editor'],
  ])
  const key = await issueKey(house, editor, { name: 'Laptop' }, team.username)
  const renamed = await change(editor, key.keyId, { name: ' Desktop ' }, team.username)
  expect(renamed.json()).toMatchObject({ keyId: key.keyId, name: 'Desktop', key: key.key })
  await change(editor, key.keyId, { name: 'Desktop' }, team.username)
  expect(await toldOf(owner, key.keyId, team.username)).toEqual(['updated renamed', 'created'])
  const [event] = (await owner.call('GET', `/api/activity?owner=${team.username}`)).json().events
  expect(event).toMatchObject({
    userId: editor.userId,
    metadata: {
      keyPrefix: key.key.slice(0, 11),
      before: { name: 'Laptop' },
      after: { name: 'Desktop' },
    },
  })
  expect((await change(editor, key.keyId, { name: '  ' }, team.username)).statusCode).toBe(400)
  expect(await listed(editor, key.keyId, team.username)).toMatchObject({ name: 'Desktop' })
})

test('a change that is refused in one part changes nothing', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person, { name: 'Laptop' })
  const refused = await change(person, key.keyId, { name: 'Other', paused: true, expiresAt: inSeconds(-5) })
  expect(refused.statusCode).toBe(400)
  expect(await listed(person, key.keyId)).toMatchObject({ name: 'Laptop', status: 'active' })
  expect(await toldOf(person, key.keyId)).toEqual(['created'])
})
