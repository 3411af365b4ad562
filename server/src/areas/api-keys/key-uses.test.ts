import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyUseDays } from '#contract/api-keys.ts'
import { holdersOf, holds } from '../../../test/dump.ts'
import { type IssuedKey, issueKey } from '../../../test/keys.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { statementsOf } from '../../../test/statements.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { openDatabase } from '../../cells/database.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const day = 24 * 3600
const python = 'python-requests/2.32.3'

const usesOf = async (person: Pick<Person, 'call'>, { keyId }: Pick<IssuedKey, 'keyId'>) =>
  (await person.call('GET', `/api/api-keys/${keyId}/uses`)).json()

const listed = async (person: Pick<Person, 'call'>, { keyId }: Pick<IssuedKey, 'keyId'>) =>
  (await person.call('GET', '/api/api-keys'))
    .json()
    .keys.find((key: { keyId: string }) => key.keyId === keyId)

/** Sessions do not last that long. */
const comeBackAfter = async ({ call, email, password }: Person, seconds: number): Promise<void> => {
  house.clock.advance(seconds)
  await call('POST', '/api/auth/sign-in', { email, password })
}

const look = (key: IssuedKey, address: string, userAgent = 'curl/8.5.0') =>
  key.callFrom({ address, userAgent }, 'GET', '/api/settings')

const sendEvent = (key: IssuedKey, address: string, event: string, fields: object) =>
  key.callFrom({ address, userAgent: python }, 'POST', '/api/webhooks/training/metrics', {
    event,
    project: 'first-project',
    name: 'train',
    ...fields,
  })

const startTraining = (key: IssuedKey, address: string, environment: object) =>
  sendEvent(key, address, 'training_started', {
    data: { trainArgs: { model: 'yolo26n.pt', task: 'detect' }, epochs: 3, environment },
  })

const countOf = async (table: string, { keyId }: IssuedKey, cellId = 'us-1') =>
  (
    await house.cells
      .get(cellId)
      .pool.query(`select count(*)::int as n from ${table} where key_id = $1`, [keyId])
  ).rows[0].n

test('a key tells which machines and programs used it, for what and when, newest first', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  const first = house.clock.now().toISOString()
  await look(key, '203.0.113.7')
  await look(key, '203.0.113.7')
  house.clock.advance(60)
  await look(key, '198.51.100.9', python)
  await key.callFrom({ address: '203.0.113.7', userAgent: 'curl/8.5.0' }, 'GET', '/api/models')
  const last = house.clock.now().toISOString()
  const uses = await usesOf(person, key)
  expect(uses).toEqual({
    days: keyUseDays,
    total: 4,
    machines: expect.arrayContaining([
      { address: '203.0.113.7', client: 'curl 8.5.0', uses: 3, firstUsedAt: first, lastUsedAt: last },
      {
        address: '198.51.100.9',
        client: 'python-requests 2.32.3',
        uses: 1,
        firstUsedAt: last,
        lastUsedAt: last,
      },
    ]),
    endpoints: expect.arrayContaining([
      { method: 'GET', path: '/api/settings', uses: 3, lastUsedAt: last },
      { method: 'GET', path: '/api/models', uses: 1, lastUsedAt: last },
    ]),
  })
  house.clock.advance(60)
  await look(key, '198.51.100.9', python)
  const again = await usesOf(person, key)
  expect(again.machines.map(({ address }: { address: string }) => address)).toEqual([
    '198.51.100.9',
    '203.0.113.7',
  ])
  expect(again.endpoints[0]).toMatchObject({ path: '/api/settings', uses: 4 })
})

test('a training client goes under the name it gave its machine, from its first event on', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  const address = '203.0.113.20'
  const environment = { hostname: 'gpu-box-7', ultralyticsVersion: '8.4.60', os: 'Linux' }
  const { modelId, runId } = (await startTraining(key, address, environment)).json()
  const epoch = { modelId, data: { runId, epoch: 1, metrics: {} } }
  expect((await sendEvent(key, address, 'epoch_end', epoch)).statusCode).toBe(200)
  const { machines, endpoints } = await usesOf(person, key)
  expect(machines).toMatchObject([{ hostname: 'gpu-box-7', address, client: 'ultralytics 8.4.60', uses: 2 }])
  expect(endpoints).toMatchObject([{ method: 'POST', path: '/api/webhooks/training/metrics', uses: 2 }])
  expect(await listed(person, key)).toMatchObject({
    usageCount: 2,
    lastUsedBy: { machine: 'gpu-box-7', client: 'ultralytics 8.4.60' },
  })
})

test('what comes from elsewhere, by another program or with another key does not go under that name', async () => {
  const person = await aPerson(house)
  const [key, other] = [await issueKey(house, person), await issueKey(house, person)]
  await startTraining(key, '203.0.113.21', { hostname: 'gpu-box-8' })
  await look(key, '203.0.113.22', python)
  await look(key, '203.0.113.21', 'curl/8.5.0')
  await look(other, '203.0.113.21', python)
  const named = (uses: { machines: { hostname?: string }[] }) => uses.machines.map(({ hostname }) => hostname)
  expect(named(await usesOf(person, key)).toSorted()).toEqual(['gpu-box-8', undefined, undefined])
  expect(named(await usesOf(person, other))).toEqual([undefined])
})

test.each([
  ['no text', { hostname: 42 }, undefined],
  ['nothing', { hostname: '' }, undefined],
  ['too long', { hostname: 'x'.repeat(150) }, 'x'.repeat(100)],
  ['markup', { hostname: '<script>alert(1)</script>' }, '<script>alert(1)</script>'],
])('a machine that calls itself %s is kept as %#', async (_what, environment, hostname) => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  expect((await startTraining(key, '203.0.113.30', environment)).statusCode).toBe(200)
  const [machine] = (await usesOf(person, key)).machines
  expect(machine.hostname).toBe(hostname)
})

test('addresses of one IPv6 network are one machine, and an IPv4 address is the same however it arrives', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  await look(key, '2001:db8:1:2::1')
  await look(key, '2001:db8:1:2:ffff::9')
  await look(key, '203.0.113.40')
  await look(key, '::ffff:203.0.113.40')
  const { machines } = await usesOf(person, key)
  const seen = machines.map(({ address, uses }: { address: string; uses: number }) => `${address} ${uses}`)
  expect(seen.toSorted()).toEqual(['2001:db8:1:2::/64 2', '203.0.113.40 2'])
})

test('a use that is refused for what the key may not do counts; a key that is paused or over is not used', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person, { scopes: ['read'] })
  expect((await key.call('POST', '/api/settings', { bio: '' })).statusCode).toBe(403)
  await person.call('PATCH', `/api/api-keys/${key.keyId}`, { paused: true })
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(403)
  expect(await usesOf(person, key)).toMatchObject({
    total: 1,
    endpoints: [{ method: 'POST', path: '/api/settings', uses: 1 }],
  })
})

test('uses of thirty days are told, older ones are not, and a day later they are gone', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  await look(key, '203.0.113.50')
  await house.runSchedules()
  await comeBackAfter(person, keyUseDays * day)
  await look(key, '203.0.113.51')
  expect((await usesOf(person, key)).total).toBe(2)
  house.clock.advance(1)
  const { total, machines } = await usesOf(person, key)
  expect([total, machines.map(({ address }: { address: string }) => address)]).toEqual([1, ['203.0.113.51']])
  await house.runSchedules()
  expect(await countOf('api_key_clients', key)).toBe(2)
  await comeBackAfter(person, day)
  await house.runSchedules()
  expect([await countOf('api_key_clients', key), await countOf('api_key_uses', key)]).toEqual([1, 1])
  // How often it was used at all is not forgotten.
  expect(await listed(person, key)).toMatchObject({ usageCount: 2 })
})

test('of a machine that goes on working only what is old is forgotten', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  await look(key, '203.0.113.52')
  await house.runSchedules()
  await comeBackAfter(person, (keyUseDays + 2) * day)
  await look(key, '203.0.113.52')
  await house.runSchedules()
  const { total, machines } = await usesOf(person, key)
  expect([total, machines.length, machines[0].uses]).toEqual([1, 1, 1])
})

test('at most two hundred machines of a key are kept, those seen last; every use still counts', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  for (let n = 0; n < 220; n++) {
    house.clock.advance(1)
    await look(key, `10.7.0.${n}`)
    if (n % 40 === 39) await house.app.flush()
  }
  await house.app.flush()
  expect([await countOf('api_key_clients', key), await countOf('api_key_uses', key)]).toEqual([200, 200])
  expect(await listed(person, key)).toMatchObject({ usageCount: 220 })
  house.clock.advance(1)
  await look(key, '10.7.0.30')
  const { machines } = await usesOf(person, key)
  expect(machines).toHaveLength(200)
  expect(machines[0]).toMatchObject({ address: '10.7.0.30', uses: 2 })
  const last = machines.at(-1)
  expect(last).toMatchObject({ address: '10.7.0.20', uses: 1 })
})

test('uses of many keys take as many statements as those of one, and a key that is gone meanwhile keeps no other uncounted', async () => {
  const person = await aPerson(house)
  const keys = await Promise.all(Array.from({ length: 12 }, () => issueKey(house, person)))
  const [first, gone, ...rest] = keys
  if (!first || !gone) throw new Error('There are twelve keys')
  await house.app.flush()
  await look(first, '203.0.113.90')
  const forOne = await statementsOf(() => house.app.flush())
  for (const key of keys) {
    await look(key, '203.0.113.91')
    await look(key, '203.0.113.91')
    await look(key, '203.0.113.92')
  }
  await house.cells.get('us-1').pool.query('delete from api_keys where id = $1', [gone.keyId])
  const forMany = await statementsOf(() => house.app.flush())
  const aboutUses = (statements: string[]) => statements.filter((one) => /api_key|data_keys/.test(one)).length
  expect([aboutUses(forMany), aboutUses(forOne)]).toEqual([6, 6])
  for (const key of rest) {
    expect(await listed(person, key)).toMatchObject({ usageCount: 3 })
    const { machines } = await usesOf(person, key)
    expect(machines.map(({ uses }: { uses: number }) => uses).toSorted()).toEqual([1, 2])
  }
})

test('no store holds an address in the clear, and the record of a key no name of a machine', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const key = await issueKey(house, person)
  await startTraining(key, '203.0.113.177', { hostname: 'secret-lab-machine' })
  await look(key, '2001:db8:77:88::1')
  await house.runSchedules()
  expect((await usesOf(person, key)).machines).toHaveLength(2)
  expect(await holdersOf(house, '203.0.113.177', '2001:db8:77:88')).toEqual([])
  for (const table of ['api_key_clients', 'api_key_uses']) {
    const { rows } = await house.cells.get('eu-1').pool.query(`select t::text as row from ${table} t`)
    expect(rows.length).toBeGreaterThan(0)
    for (const { row } of rows) expect(holds(row, 'secret-lab-machine')).toBe(false)
  }
  expect(house.logged()).not.toContain('203.0.113.177')
})

test('the same machine leaves nothing in common at two keys', async () => {
  const person = await aPerson(house)
  const [one, two] = [await issueKey(house, person), await issueKey(house, person)]
  for (const key of [one, two]) await look(key, '203.0.113.60')
  await house.app.flush()
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select digest, details_sealed from api_key_clients where key_id = any($1)', [
      [one.keyId, two.keyId],
    ])
  expect(rows).toHaveLength(2)
  expect(rows[0].digest.equals(rows[1].digest)).toBe(false)
  expect(rows[0].details_sealed.equals(rows[1].details_sealed)).toBe(false)
})

test('with a key go its uses, those still in memory too', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person)
  await look(key, '203.0.113.61')
  await house.app.flush()
  expect(await countOf('api_key_uses', key)).toBe(1)
  await look(key, '203.0.113.62')
  await person.call('DELETE', `/api/api-keys/${key.keyId}`)
  await house.runSchedules()
  expect([await countOf('api_key_clients', key), await countOf('api_key_uses', key)]).toEqual([0, 0])
  expect((await person.call('GET', `/api/api-keys/${key.keyId}/uses`)).statusCode).toBe(404)
})

test('a region that is away keeps nobody else from being counted, and no use of its keys is lost', async () => {
  const [near, far] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const [nearKey, farKey] = [await issueKey(house, near), await issueKey(house, far)]
  const cell = house.cells.get('ap-1')
  const { db, pool } = cell
  await look(farKey, '203.0.113.70')
  await look(farKey, '203.0.113.71')
  await look(nearKey, '203.0.113.72')
  Object.assign(
    cell,
    openDatabase('postgres://nobody@127.0.0.1:1/none', () => {}),
  )
  try {
    await expect(house.app.flush()).rejects.toThrow()
    expect((await usesOf(near, nearKey)).total).toBe(1)
    await expect(house.app.flush()).rejects.toThrow()
  } finally {
    Object.assign(cell, { db, pool })
  }
  await house.app.flush()
  expect(await listed(far, farKey)).toMatchObject({ usageCount: 2 })
  expect((await usesOf(far, farKey)).total).toBe(2)
  await house.app.flush()
  expect(await listed(far, farKey)).toMatchObject({ usageCount: 2 })
})
