import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { aPerson } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const forget = (email: string, ip: string) =>
  aBrowser(house, { ip }).call('POST', '/api/auth/password/forgot', { email })

test('an account is mailed ten reset links an hour, and whoever asks for more is answered the same', async () => {
  const { email } = await aPerson(house)
  const links = async () => {
    await house.runJobs()
    return house.mailbox.list(email).length
  }
  expect(tally(await atOnce(14, (n) => forget(email, `203.0.113.${n}`)))).toEqual({ 200: 14 })
  expect(await links()).toBe(10)
  const [more, unknown] = [
    await forget(email, '198.51.100.1'),
    await forget('nobody.at.all@personal.example', '198.51.100.1'),
  ]
  expect([more.statusCode, more.body]).toEqual([unknown.statusCode, unknown.body])
  expect(await links()).toBe(10)
  house.clock.advance(3600)
  await forget(email, '198.51.100.1')
  expect(await links()).toBe(11)
})
