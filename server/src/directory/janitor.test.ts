import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { openDatabase } from '../cells/database.ts'
import { sha256 } from '../crypto/digest.ts'
import { type Claim, leaseSeconds } from './directory.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const aDigest = () => randomBytes(32)
const nowhere = { cellId: 'us-1', subjectId: 'user_000000000000000000000000' }
const state = async (digest: Buffer): Promise<string | undefined> =>
  (await house.directory.database.pool.query('select state from entries where digest = $1', [digest])).rows[0]
    ?.state

const reserve = async (place = nowhere, ...kinds: ('email' | 'username' | 'api_key')[]) => {
  const keys = kinds.map((kind) => ({ kind, digest: aDigest() }))
  return (await house.directory.reserve(keys, place, house.clock.now())) as Claim
}

test('several keys are reserved together or not at all, and told which one is held', async () => {
  const [held, free] = [aDigest(), aDigest()]
  await house.directory.reserve([{ kind: 'username', digest: held }], nowhere, house.clock.now())
  const claim = await house.directory.reserve(
    [
      { kind: 'email', digest: free },
      { kind: 'username', digest: held },
    ],
    nowhere,
    house.clock.now(),
  )
  expect(claim).toEqual({ taken: 'username' })
  expect(await state(free)).toBeUndefined()
})

test('one digest is reserved by one of many at once, and kinds do not stand in each other’s way', async () => {
  const digest = aDigest()
  const at = house.clock.now()
  const claims = await Promise.all(
    Array.from({ length: 8 }, () => house.directory.reserve([{ kind: 'email', digest }], nowhere, at)),
  )
  expect(claims.filter((claim) => 'id' in claim)).toHaveLength(1)
  expect(await house.directory.reserve([{ kind: 'username', digest }], nowhere, at)).toHaveProperty('id')
})

test('a reserved entry is not found before it is confirmed, and taken from the start', async () => {
  const claim = await reserve(nowhere, 'username')
  const [key] = claim.keys
  expect(await house.directory.find(key!)).toBeUndefined()
  expect(await house.directory.isTaken(key!)).toBe(true)
  expect(await house.directory.confirm(claim)).toBe(true)
  expect(await house.directory.find(key!)).toEqual(nowhere)
  // The janitor may have been faster, which is as good.
  expect(await house.directory.confirm(claim)).toBe(true)
  await house.directory.giveUp(claim.id)
  expect(await house.directory.find(key!)).toEqual(nowhere)
})

test('a reservation whose cell was never written is given up when its lease has run out, not before', async () => {
  const claim = await reserve(nowhere, 'email', 'username')
  house.clock.advance(leaseSeconds)
  await house.runSchedules()
  expect(await state(claim.keys[0]!.digest)).toBe('reserved')
  house.clock.advance(1)
  await house.runSchedules()
  for (const { digest } of claim.keys) expect(await state(digest)).toBeUndefined()
  expect(await house.directory.confirm(claim)).toBe(false)
})

test('a reservation whose cell was written is confirmed, all of its keys together', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const claim = await reserve({ cellId: 'eu-1', subjectId: person.userId }, 'email', 'username')
  const { digest } = claim.keys.find(({ kind }) => kind === 'email')!
  await house.cells
    .get('eu-1')
    .pool.query('update emails set digest = $1 where user_id = $2', [digest, person.userId])
  house.clock.advance(leaseSeconds + 1)
  await house.runSchedules()
  for (const key of claim.keys)
    expect(await house.directory.find(key)).toEqual({ cellId: 'eu-1', subjectId: person.userId })
  house.clock.advance(leaseSeconds + 1)
  await house.runSchedules()
  expect(await state(claim.keys[0]!.digest)).toBe('confirmed')
})

test('a key whose revoke stopped half-way is dead at once, and the janitor takes the row and tells it once', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person, { name: 'Half revoked' })
  const entry = { kind: 'api_key', digest: sha256(key.key) } as const
  await house.directory.release([entry], { userId: person.userId, requestId: 'r1' }, house.clock.now())
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(401)
  await house.runSchedules()
  expect(await state(entry.digest)).toBe('releasing')
  house.clock.advance(leaseSeconds + 1)
  await Promise.all([house.runSchedules(), house.runSchedules()])
  await house.runSchedules()
  expect(await state(entry.digest)).toBeUndefined()
  expect((await person.call('GET', '/api/api-keys')).json().keys).toEqual([])
  const { events } = (await person.call('GET', '/api/activity?search=half')).json()
  expect(events.map((event: { action: string }) => event.action)).toEqual(['deleted', 'created'])
  expect(events[0]).toMatchObject({ userId: person.userId, metadata: { requestId: 'r1' } })
})

test('a key whose issue stopped after the cell was written works once the janitor has confirmed it', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  await house.directory.database.pool.query(
    `update entries set state = 'reserved', lease_until = $2 where digest = $1`,
    [sha256(key.key), house.clock.now()],
  )
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(401)
  house.clock.advance(1)
  await house.runSchedules()
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(200)
})

test('a cell that is away keeps the janitor from nothing elsewhere, and is settled when it is back', async () => {
  const far = await reserve({ cellId: 'ap-1', subjectId: 'user_000000000000000000000000' }, 'username')
  house.clock.advance(1)
  const near = await reserve(nowhere, 'username')
  house.clock.advance(leaseSeconds + 1)
  const cell = house.cells.get('ap-1')
  const { db, pool } = cell
  Object.assign(
    cell,
    openDatabase('postgres://nobody@127.0.0.1:1/none', () => {}),
  )
  try {
    await house.runSchedules()
    expect(await state(near.keys[0]!.digest)).toBeUndefined()
    expect(await state(far.keys[0]!.digest)).toBe('reserved')
    expect(house.logged()).toContain('"schedule":"settle-directory"')
  } finally {
    Object.assign(cell, { db, pool })
  }
  await house.runSchedules()
  expect(await state(far.keys[0]!.digest)).toBeUndefined()
})

test('however many entries cannot be settled, those behind them are', async () => {
  const { pool } = house.directory.database
  await pool.query(
    `insert into entries (kind, digest, cell_id, subject_id, claim_id, state, lease_until)
     select 'email', sha256(convert_to('stuck' || n, 'UTF8')), 'xx-9', 'user_' || n, gen_random_uuid(), 'reserved', $1
     from generate_series(1, 1100) n`,
    [house.clock.now()],
  )
  house.clock.advance(1)
  const [key] = (await reserve(nowhere, 'username')).keys
  house.clock.advance(leaseSeconds + 1)
  await house.runSchedules()
  expect(await state(key!.digest)).toBeUndefined()
  await pool.query(`delete from entries where cell_id = 'xx-9'`)
})
