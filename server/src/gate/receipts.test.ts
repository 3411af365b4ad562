import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueKey } from '../../test/keys.ts'
import { startThreeNodes, type ThreeNodes } from '../../test/nodes.ts'
import { aPerson } from '../../test/people.ts'
import { aTeam } from '../../test/teams.ts'
import type { TestHouse } from '../../test/test-house.ts'
import { secondsAfter } from '../clock.ts'
import { Receipts } from './receipts.ts'

/* What people are told of how far a revoke has got, and how long that took lately. */

let three: ThreeNodes
let house: TestHouse
beforeAll(async () => {
  three = await startThreeNodes()
  house = three.house
  await three.untilTrusted()
})
afterAll(() => three.stop())

const byAll = { effectiveAt: expect.any(String), tookMs: expect.any(Number), nodes: 3, silentNodes: 0 }

test('whoever takes something away is told from when on, and how many nodes have confirmed it', async () => {
  const [owner, member] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const { username } = await aTeam(house, [
    [owner, 'owner'],
    [member, 'editor'],
  ])
  const first = await issueKey(house, owner)
  const second = await issueKey(house, owner)
  const replies = [
    await owner.call('PATCH', `/api/api-keys/${first.keyId}`, { paused: true }),
    await owner.call('DELETE', `/api/api-keys?keyId=${first.keyId}`),
    await owner.call('DELETE', `/api/api-keys/${second.keyId}`),
    await owner.call('PATCH', `/api/members/${member.userId}?owner=${username}`, { role: 'viewer' }),
    await owner.call('DELETE', `/api/members/${member.userId}?owner=${username}`),
    await member.call('DELETE', '/api/auth/sessions'),
  ]
  for (const reply of replies) expect(reply.json(), reply.body).toMatchObject({ receipt: byAll })
  for (const reply of replies) expect(reply.json().receipt.effectiveAt).toBe(house.clock.now().toISOString())
})

test('a node that says nothing is waited for as long as it may trust itself, and told as silent', async () => {
  const person = await aPerson(house)
  const { keyId } = await issueKey(house, person)
  const id = '00000000-0000-4000-8000-000000000000'
  await house.cells.get('us-1').pool.query('insert into gate_nodes (id, beat) values ($1, 7)', [id])
  const { receipt } = (await person.call('DELETE', `/api/api-keys?keyId=${keyId}`)).json()
  expect(receipt).toMatchObject({ nodes: 3, silentNodes: 1 })
  expect(receipt.tookMs).toBeGreaterThan(800)
})

test('of two who revoke at once, the one who is told that the key is gone can rely on it as well', async () => {
  const person = await aPerson(house)
  const { keyId } = await issueKey(house, person)
  const id = '00000000-0000-4000-8000-000000000001'
  await house.cells.get('us-1').pool.query('insert into gate_nodes (id, beat) values ($1, 7)', [id])
  const revoke = async () => {
    const { statusCode } = await person.call('DELETE', `/api/api-keys?keyId=${keyId}`)
    const { rows } = await house.cells.get('us-1').pool.query('select from gate_nodes where id = $1', [id])
    // Answered only once the silent node was given up.
    return { statusCode, silentLeft: rows.length }
  }
  const told = await Promise.all([revoke(), revoke()])
  expect(told.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404])
  expect(told.map(({ silentLeft }) => silentLeft)).toEqual([0, 0])
})

test('the list of keys tells the slowest of the last 30 days, whichever node it was on', async () => {
  const person = await aPerson(house)
  const [, second] = three.apps
  const list = async () => (await person.call('GET', '/api/api-keys')).json().receipts
  await second?.flush()
  const before = await list()
  const other = new Receipts(house.directory)
  const at = house.clock.now()
  other.note(4000, at)
  other.note(50, at)
  other.note(90_000, secondsAfter(at, -31 * 86_400))
  expect(await list()).toEqual(before)
  await other.flush()
  expect(await list()).toEqual({ days: 30, count: before.count + 2, slowestMs: 4000 })
  await other.flush()
  expect((await list()).count).toBe(before.count + 2)
})

test('what cannot be written now is written later', async () => {
  const { database } = house.directory
  let isAway = true
  const query = (...args: Parameters<typeof database.pool.query>) =>
    isAway ? Promise.reject(new Error('The store is away')) : database.pool.query(...args)
  const receipts = new Receipts({ database: { ...database, pool: { query } as never } })
  const at = new Date('2030-01-01T00:00:00Z')
  receipts.note(5, at)
  await expect(receipts.flush()).rejects.toThrow('away')
  receipts.note(7, at)
  isAway = false
  await receipts.flush()
  expect(await new Receipts(house.directory).summarize(at)).toEqual({ days: 30, count: 2, slowestMs: 7 })
})
