import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const devicesOf = async ({ userId }: Person) =>
  (
    await house.cells
      .get('us-1')
      .pool.query('select digest from known_devices where user_id = $1 order by last_seen_at', [userId])
  ).rows.map(({ digest }) => digest.toString('hex'))

test('fifty browsers of a person are remembered, and the longest unused is forgotten first', async () => {
  const person = await aPerson(house)
  house.clock.advance(1)
  await house.cells.get('us-1').pool.query(
    `insert into known_devices select $1, sha256(convert_to('browser ' || n, 'utf8')), $2::timestamptz + n * interval '1 second'
     from generate_series(1, 49) n`,
    [person.userId, house.clock.now()],
  )
  const before = await devicesOf(person)
  expect(before).toHaveLength(50)
  house.clock.advance(60)
  await passPassword(person, aBrowser(house))
  const after = await devicesOf(person)
  expect(after).toHaveLength(50)
  expect(after.slice(0, 49)).toEqual(before.slice(1))
})

test('a browser that has not been used for 400 days is forgotten', async () => {
  const [person, active] = [await aPerson(house), await aPerson(house)]
  house.clock.advance(399 * 24 * 3600)
  await passPassword(active, aBrowser(house))
  house.clock.advance(24 * 3600 + 1)
  await house.runSchedules()
  expect(await devicesOf(person)).toEqual([])
  expect(await devicesOf(active)).toHaveLength(1)
})
