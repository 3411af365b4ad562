import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdersOf } from '../../../test/dump.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { openDatabase } from '../../cells/database.ts'
import { makeKeyRing } from '../../crypto/key-ring.ts'
import { openKeyValue, sealKeyValue } from './key-seal.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const keysOf = async (person: Pick<Person, 'call'>, query = '') =>
  (await person.call('GET', `/api/api-keys${query}`)).json().keys

const join = (owner: Person, member: Person, role: string) =>
  house.cells
    .get('us-1')
    .pool.query('insert into memberships values ($1, $2, $3, now())', [owner.userId, member.userId, role])

test('a new key works at once and is told in full, with its event', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const reply = await person.call('POST', '/api/api-keys', { name: ' Training Server ' })
  expect(reply.statusCode).toBe(200)
  const made = reply.json()
  expect(made).toEqual({
    keyId: expect.stringMatching(/^[0-9a-f]{24}$/),
    key: expect.stringMatching(/^ul_[0-9a-f]{40}$/),
    keyPrefix: made.key.slice(0, 11),
    name: 'Training Server',
    showOnce: false,
    createdAt: house.clock.now().toISOString(),
  })
  const used = await aStranger(house)('GET', '/api/settings', undefined, {
    authorization: `bearer ${made.key}`,
  })
  expect(used.json().username).toBe(person.username)
  const { events } = (await person.call('GET', '/api/activity')).json()
  expect(events[0]).toMatchObject({
    resourceType: 'api_key',
    action: 'created',
    resourceId: made.keyId,
    resourceName: 'Training Server',
    metadata: { keyPrefix: made.keyPrefix },
  })
  expect(JSON.stringify(events)).not.toContain(made.key)
})

test('without a name a key is called "API key", and several may have one name', async () => {
  const person = await aPerson(house)
  for (const body of [{}, { name: 'API key' }]) await person.call('POST', '/api/api-keys', body)
  expect((await keysOf(person)).map((key: { name: string }) => key.name)).toEqual(['API key', 'API key'])
})

test.each([
  [{ name: '' }],
  [{ name: '   ' }],
  [{ name: 'x'.repeat(101) }],
  [{ scopes: ['everything'] }],
  [{ scopes: ['read', 'read'] }],
  [{ scopes: 'read' }],
  [{ key: `ul_${'0'.repeat(40)}` }],
])('%j is refused and makes no key', async (body) => {
  const person = await aPerson(house)
  const reply = await person.call('POST', '/api/api-keys', body)
  expect([reply.statusCode, reply.json().code]).toEqual([400, 'VALIDATION_ERROR'])
  expect(await keysOf(person)).toEqual([])
})

test('chosen scopes are kept and shown; none chosen shows none', async () => {
  const person = await aPerson(house)
  await aKey(house, person, { name: 'limited', scopes: ['training', 'read'] })
  house.clock.advance(1)
  const reply = await person.call('POST', '/api/api-keys', { name: 'full', scopes: [] })
  expect(reply.json()).not.toHaveProperty('scopes')
  const [full, limited] = await keysOf(person)
  expect(full).not.toHaveProperty('scopes')
  expect(limited).toMatchObject({ name: 'limited', scopes: ['training', 'read'] })
})

test('the list is newest first and shows the creator the full value at any time', async () => {
  const person = await aPerson(house)
  const keys = []
  for (const name of ['first', 'second', 'third']) {
    keys.unshift(await aKey(house, person, { name }))
    house.clock.advance(1)
  }
  const listed = await keysOf(person)
  expect(listed.map(({ keyId, key }: { keyId: string; key: string }) => ({ keyId, key }))).toEqual(
    keys.map(({ keyId, key }) => ({ keyId, key })),
  )
  expect(listed[0]).toEqual({
    keyId: keys[0]!.keyId,
    name: 'third',
    isOwn: true,
    showOnce: false,
    status: 'active',
    keyPrefix: keys[0]!.key.slice(0, 11),
    key: keys[0]!.key,
    usageCount: 0,
    createdAt: expect.any(String),
    createdBy: `Person ${person.username}`,
  })
})

test('a key sees names and prefixes only, also its own', async () => {
  const person = await aPerson(house)
  const reader = await aKey(house, person, { scopes: ['read'] })
  const admin = await aKey(house, person, { scopes: ['admin'] })
  for (const holder of [reader, admin]) {
    const text = JSON.stringify(await keysOf(holder))
    expect(text).toContain(admin.keyId)
    expect(text).not.toContain('"key"')
    for (const { key } of [reader, admin]) expect(text).not.toContain(key)
  }
})

test('another member sees metadata of a key, and its full value only its creator', async () => {
  const [owner, editor] = [await aPerson(house), await aPerson(house)]
  await join(owner, editor, 'editor')
  const query = `?owner=${owner.username}`
  const own = await aKey(house, owner)
  const theirs = (await editor.call('POST', `/api/api-keys${query}`, { name: "editor's" })).json()
  const seenBy = async (person: Person) =>
    Object.fromEntries(
      (await keysOf(person, query)).map(({ keyId, key }: { keyId: string; key?: string }) => [keyId, key]),
    )
  expect(await seenBy(owner)).toEqual({ [own.keyId]: own.key, [theirs.keyId]: undefined })
  expect(await seenBy(editor)).toEqual({ [own.keyId]: undefined, [theirs.keyId]: theirs.key })
  expect(await keysOf(editor)).toEqual([])
})

test("a key has its creator's role of this moment: demoted it may less, removed it is dead", async () => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  await join(owner, member, 'admin')
  const url = `/api/api-keys?owner=${owner.username}`
  const { key } = (await member.call('POST', url, { scopes: ['admin', 'read'] })).json()
  const revokeNone = () =>
    aStranger(house)('DELETE', '/api/api-keys?keyId=none', undefined, {
      authorization: `Bearer ${key}`,
    }).then((r) => r.statusCode)
  expect(await revokeNone()).toBe(404)
  const { pool } = house.cells.get('us-1')
  const told = () => house.app.gate.settle({ id: 'us-1' })
  await pool.query(`update memberships set role = 'viewer' where workspace_id = $1 and user_id = $2`, [
    owner.userId,
    member.userId,
  ])
  await told()
  expect(await revokeNone()).toBe(403)
  await pool.query('delete from memberships where workspace_id = $1 and user_id = $2', [
    owner.userId,
    member.userId,
  ])
  await told()
  expect(await revokeNone()).toBe(401)
})

test.each([
  ['viewer', 403],
  ['editor', 200],
  ['admin', 200],
] as const)('a %s of a workspace listing or creating its keys is answered %i', async (role, status) => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  await join(owner, member, role)
  const url = `/api/api-keys?owner=${owner.username}`
  expect((await member.call('GET', url)).statusCode).toBe(status)
  expect((await member.call('POST', url, {})).statusCode).toBe(status)
})

test('a key belongs to its workspace: that of another person is not listed, used or revoked', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const key = await aKey(house, person)
  expect(await keysOf(other)).toEqual([])
  expect((await other.call('DELETE', `/api/api-keys/${key.keyId}`)).statusCode).toBe(404)
  expect((await key.call('GET', '/api/settings')).json().username).toBe(person.username)
})

test('the earlier form of the address revokes too', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const gone = await person.call('DELETE', `/api/api-keys/${key.keyId}`)
  expect([gone.statusCode, gone.json()]).toMatchObject([200, { deleted: true, keyId: key.keyId }])
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(401)
  expect((await person.call('DELETE', `/api/api-keys/${key.keyId}`)).statusCode).toBe(404)
})

test('no store and no log line holds the value of a key', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  await key.call('GET', '/api/settings')
  await keysOf(person)
  await person.call('DELETE', `/api/api-keys?keyId=${key.keyId}`)
  const kept = await aKey(house, person)
  await kept.call('GET', '/api/settings')
  await house.runSchedules()
  for (const value of [key.key, kept.key]) {
    expect(await holdersOf(house, value.slice(3), value.slice(11))).toEqual([])
    expect(house.logged()).not.toContain(value.slice(11))
  }
})

test('a sealed value moved to another row does not open, and the list of that row fails closed', async () => {
  const [person, thief] = [await aPerson(house), await aPerson(house)]
  const [key, bait] = [await aKey(house, person), await aKey(house, thief)]
  await house.cells
    .get('us-1')
    .pool.query('update api_keys set sealed = (select sealed from api_keys where id = $1) where id = $2', [
      key.keyId,
      bait.keyId,
    ])
  const reply = await thief.call('GET', '/api/api-keys')
  expect(reply.statusCode).toBe(500)
  expect(reply.body).not.toContain(key.key)
  const ring = makeKeyRing(new Map([[1, randomBytes(32)]]))
  const sealed = sealKeyValue(ring, 'key', 'workspace', key.key)
  expect(openKeyValue(ring, 'key', 'workspace', sealed)).toBe(key.key)
  expect(() => openKeyValue(ring, 'key', 'other', sealed)).toThrow()
  expect(() => openKeyValue(ring, 'other', 'workspace', sealed)).toThrow()
})

const storedUsage = async (keyId: string) =>
  (
    await house.cells
      .get('us-1')
      .pool.query(
        'select usage_count::int as count, last_used_at, xmin::text as version from api_keys where id = $1',
        [keyId],
      )
  ).rows[0]

test('a request with a key costs no write, and yet the list shows every use', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const before = await storedUsage(key.keyId)
  for (let n = 0; n < 7; n++) await key.call('GET', '/api/settings')
  house.clock.advance(5)
  await Promise.all([1, 2, 3].map(() => key.call('GET', '/api/settings')))
  expect(await storedUsage(key.keyId)).toEqual(before)
  const [listed] = await keysOf(person)
  expect(listed).toMatchObject({ usageCount: 10, lastUsedAt: house.clock.now().toISOString() })
  expect(await storedUsage(key.keyId)).toMatchObject({ count: 10, last_used_at: house.clock.now() })
})

test('uses are written by the clock too, and one that is refused for its scope counts as a use', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person, { scopes: ['datasets'] })
  await key.call('POST', '/api/settings', { bio: '' })
  await house.runSchedules()
  expect(await storedUsage(key.keyId)).toMatchObject({ count: 1, last_used_at: house.clock.now() })
})

test('a region that is away keeps nobody elsewhere from seeing their keys, and its uses are not lost', async () => {
  const [near, far] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const [nearKey, farKey] = [await aKey(house, near), await aKey(house, far)]
  await farKey.call('GET', '/api/settings')
  await nearKey.call('GET', '/api/settings')
  const cell = house.cells.get('ap-1')
  const { db, pool } = cell
  const away = openDatabase('postgres://nobody@127.0.0.1:1/none', () => {})
  Object.assign(cell, away)
  try {
    const reply = await near.call('GET', '/api/api-keys')
    expect(reply.statusCode).toBe(200)
    expect(reply.json().keys[0]).toMatchObject({ usageCount: 1 })
    await nearKey.call('GET', '/api/settings')
    await house.runSchedules()
    expect(await storedUsage(nearKey.keyId)).toMatchObject({ count: 2 })
  } finally {
    Object.assign(cell, { db, pool })
  }
  expect((await keysOf(far))[0]).toMatchObject({ usageCount: 1 })
})

test('a key whose reservation lapsed before it was confirmed leaves no row and no event', async () => {
  const owner = await aPerson(house)
  await aKey(house, owner, { name: 'Stays' })
  const feed = async () => (await owner.call('GET', '/api/activity')).json().events
  const before = await feed()
  const { confirm } = house.directory
  house.directory.confirm = async (claim) => {
    await house.directory.giveUp(claim.id)
    return confirm.call(house.directory, claim)
  }
  try {
    const refused = await owner.call('POST', '/api/api-keys', { name: 'Too slow' })
    expect([refused.statusCode, refused.json().reason]).toEqual([503, 'store_unavailable'])
  } finally {
    house.directory.confirm = confirm
  }
  const { keys } = (await owner.call('GET', '/api/api-keys')).json()
  expect(keys.map((key: { name: string }) => key.name)).toEqual(['Stays'])
  expect(await feed()).toEqual(before)
})
