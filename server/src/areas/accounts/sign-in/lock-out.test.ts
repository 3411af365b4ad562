import { afterAll, beforeAll, expect, test } from 'vitest'
import { tally } from '../../../../test/at-once.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let behindProxy: TestHouse
let alone: TestHouse

beforeAll(async () => {
  behindProxy = await startTestHouse({ config: { trustedProxies: ['10.1.1.1'] } })
  alone = await startTestHouse()
})
afterAll(async () => {
  await behindProxy.stop()
  await alone.stop()
})

const guess = (house: TestHouse, { email }: Person, ip: string, forwardedFor?: string) =>
  aBrowser(house, { ip }).call(
    'POST',
    '/api/auth/sign-in',
    { email, password: 'a wrong password' },
    forwardedFor ? { 'x-forwarded-for': forwardedFor } : {},
  )

const guessTen = async (work: (n: number) => ReturnType<typeof guess>) => {
  const replies = []
  for (let n = 0; n < 10; n++) replies.push(await work(n))
  expect(tally(replies)).toEqual({ 401: 10 })
}

test('whoever makes up where a request came from is counted by where it did', async () => {
  for (const house of [alone, behindProxy]) {
    const person = await aPerson(house)
    await guessTen((n) => guess(house, person, '198.51.100.7', `203.0.113.${n}`))
    expect((await guess(house, person, '198.51.100.7', '203.0.113.99')).statusCode).toBe(429)
    expect((await guess(house, person, '198.51.100.8')).statusCode).toBe(401)
  }
})

test('behind a trusted proxy each client is counted by itself', async () => {
  const person = await aPerson(behindProxy)
  await guessTen(() => guess(behindProxy, person, '10.1.1.1', '203.0.113.7'))
  expect((await guess(behindProxy, person, '10.1.1.1', '203.0.113.7')).statusCode).toBe(429)
  expect((await guess(behindProxy, person, '10.1.1.1', '203.0.113.8')).statusCode).toBe(401)
})

test('what a client puts in front of the address that its proxy saw is not believed', async () => {
  const person = await aPerson(behindProxy)
  await guessTen((n) => guess(behindProxy, person, '10.1.1.1', `192.0.2.${n}, 203.0.113.9`))
  expect((await guess(behindProxy, person, '10.1.1.1', '192.0.2.99, 203.0.113.9')).statusCode).toBe(429)
})

test('the addresses of one IPv6 network are counted together', async () => {
  const person = await aPerson(alone)
  await guessTen((n) => guess(alone, person, `2001:db8:1:2::${n + 1}`))
  expect((await guess(alone, person, '2001:db8:1:2:ffff::1')).statusCode).toBe(429)
  expect((await guess(alone, person, '2001:db8:1:3::1')).statusCode).toBe(401)
})

test('a session shows the address that the trusted proxy saw', async () => {
  const person = await aPerson(behindProxy)
  const { email, password } = person
  const browser = aBrowser(behindProxy, { ip: '10.1.1.1' })
  await browser.call('POST', '/api/auth/sign-in', { email, password }, { 'x-forwarded-for': '203.0.113.42' })
  const { sessions } = (await browser.call('GET', '/api/auth/sessions')).json()
  expect(sessions.find(({ current }: { current: boolean }) => current).ip).toBe('203.0.113.42')
})
