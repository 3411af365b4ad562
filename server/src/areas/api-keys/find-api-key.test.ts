import { afterAll, beforeAll, expect, test } from 'vitest'
import { holding, issueKey } from '../../../test/keys.ts'
import { aPerson } from '../../../test/people.ts'
import { statementsOf } from '../../../test/statements.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { openDatabase } from '../../cells/database.ts'

/* A house that remembers no keys: each is looked up each time. */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const aKeyIn = async (region: 'us' | 'ap') => {
  const person = await aPerson(house, { region })
  return { person, key: await issueKey(house, person) }
}

test('keys that are asked for at once share their statements, and each is itself', async () => {
  const holders = await Promise.all(Array.from({ length: 12 }, (_, n) => aKeyIn(n % 3 ? 'us' : 'ap')))
  const [first] = holders
  if (!first) throw new Error('There are twelve')
  const unknown = holding(house, { ...first.key.issued, key: `ul_${'0'.repeat(40)}` })
  const ask = () =>
    Promise.all([
      ...holders.map(async ({ key, person }) => [
        (await key.call('GET', '/api/settings')).json().username,
        person.username,
      ]),
      unknown.call('GET', '/api/settings').then(({ statusCode }) => [statusCode, 401]),
    ])
  let answers: unknown[][] = []
  const statements = await statementsOf(async () => {
    answers = await ask()
  })
  for (const [answer, due] of answers) expect(answer).toBe(due)
  const shared = statements.filter((one) => one.includes('with ordinality'))
  // The directory once; key, membership and names once in each of two cells; some may come a moment later than the others.
  expect(shared.length).toBeGreaterThanOrEqual(7)
  expect(shared.length).toBeLessThan(20)
})

test('a region that is away keeps no key of another from being found', async () => {
  const [near, far] = [await aKeyIn('us'), await aKeyIn('ap')]
  const cell = house.cells.get('ap-1')
  const { db, pool } = cell
  Object.assign(
    cell,
    openDatabase('postgres://nobody@127.0.0.1:1/none', () => {}),
  )
  const statuses = await Promise.all(
    [far, near, far, near].map(async ({ key }) => (await key.call('GET', '/api/settings')).statusCode),
  )
  Object.assign(cell, { db, pool })
  expect(statuses).toEqual([503, 200, 503, 200])
  expect((await far.key.call('GET', '/api/settings')).statusCode).toBe(200)
})
