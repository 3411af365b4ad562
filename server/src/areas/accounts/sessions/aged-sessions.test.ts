import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

/* A password may be known to two. Once its owner has set up a second factor, what the other has proved with the password alone no longer
   reaches the factors, however lately that was. */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const bySecondParty = async (person: Person) => {
  const browser = aBrowser(house)
  await passPassword(person, browser)
  return browser
}

test('a passkey is out of reach of sessions that a password alone had opened a moment before', async () => {
  const person = await aPerson(house)
  const other = await bySecondParty(person)
  await aPasskey(person)
  const { passkeys } = (await other.call('GET', '/api/auth/factors')).json()
  for (const [method, path] of [
    ['POST', '/api/auth/factors/totp'],
    ['DELETE', `/api/auth/factors/passkeys/${passkeys[0].id}`],
    ['POST', '/api/auth/factors/passkeys/options'],
    ['POST', '/api/auth/factors/recovery-codes'],
  ] as const) {
    const reply = await other.call(method, path)
    expect([reply.statusCode, reply.json().reason], path).toEqual([403, 'reauthentication_required'])
  }
  const proof = await other.call('POST', '/api/auth/reauthenticate', { password: person.password })
  expect([proof.statusCode, proof.json().reason]).toEqual([400, 'invalid_code'])
  expect((await other.call('GET', '/api/auth/me')).statusCode).toBe(200)
  expect((await person.call('POST', '/api/auth/factors/recovery-codes')).statusCode).toBe(200)
})

test('another factor takes nothing from sessions that have shown one', async () => {
  const person = await aPerson(house)
  const { code } = await aTotp(house, person)
  const other = await bySecondParty(person)
  await other.call('POST', '/api/auth/factors/verify', { code: await code() })
  await aPasskey(person)
  expect((await other.call('POST', '/api/auth/factors/recovery-codes')).statusCode).toBe(200)
})
