import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce } from '../../../../test/at-once.ts'
import { aBrowser, codeFor } from '../../../../test/browser.ts'
import { aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import type { TestHouse } from '../../../../test/test-house.ts'
import {
  beSomebody,
  type ProviderHouse,
  sentTo,
  signInWith,
  startProviderHouse,
  visitProvider,
} from '../../../../test/visits.ts'

let started: ProviderHouse
let house: TestHouse

beforeAll(async () => {
  started = await startProviderHouse()
  house = started.house
})
afterAll(() => started.stop())

let made = 0

/** An address that a person has proved besides their first. */
const proved = async (person: Person) => {
  const address = `besides.${++made}@personal.example`
  const { id } = (await person.call('POST', '/api/settings/emails', { email: address })).json().email
  const code = codeFor(house, address)
  await person.call('POST', `/api/settings/emails/${id}/verify`, { code })
  return { id: id as string, address }
}

const connected = async ({ call }: Person): Promise<string[]> => {
  const { identities } = (await call('GET', '/api/auth/identities')).json()
  return identities.map(({ provider }: { provider: string }) => provider)
}

test('a sign-in that an address began ends when that address is removed', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const { id, address } = await proved(person)
  beSomebody(started, address)
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'github')).path).toBe('/second-factor')
  await person.call('DELETE', `/api/settings/emails/${id}`)
  const late = await browser.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  expect([late.statusCode, late.json().reason]).toEqual([401, 'second_factor_not_pending'])
  expect(await connected(person)).toEqual([])
})

test('each proved address finds its owner, in whichever region, and an unproved one finds nobody', async () => {
  const person = await aPerson(house, { region: 'ap' })
  const { address } = await proved(person)
  beSomebody(started, address)
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'google')).path).toBe('/home')
  expect((await browser.call('GET', '/api/auth/me')).json().user.id).toBe(person.userId)

  const unproved = `unproved.${++made}@personal.example`
  await person.call('POST', '/api/settings/emails', { email: unproved })
  beSomebody(started, unproved)
  const stranger = aBrowser(house)
  expect(sentTo(await signInWith(stranger, 'github')).path).toBe('/onboarding')
  expect(await connected(person)).toEqual(['google'])
})

test('a removed address no longer finds anybody', async () => {
  const person = await aPerson(house)
  const { id, address } = await proved(person)
  await person.call('DELETE', `/api/settings/emails/${id}`)
  beSomebody(started, address)
  expect(sentTo(await signInWith(aBrowser(house), 'google')).path).toBe('/onboarding')
})

test('of ten first visits at once each ends signed in or is asked to come again, and one account is connected', async () => {
  const person = await aPerson(house)
  beSomebody(started, person.email)
  const browsers = await atOnce(10, async () => aBrowser(house))
  const callbacks: string[] = []
  for (const { call } of browsers) callbacks.push(await visitProvider(call, 'google'))
  const replies = await Promise.all(browsers.map(({ call }, n) => call('GET', callbacks[n]!)))
  for (const reply of replies) {
    const { path, problem } = sentTo(reply)
    expect([path, problem ?? 'none']).toEqual(
      problem === null ? ['/home', 'none'] : ['/sign-in', 'provider_busy'],
    )
  }
  expect(replies.filter((reply) => sentTo(reply).path === '/home').length).toBeGreaterThan(0)
  expect(await connected(person)).toEqual(['google'])
})

test('an account that its owner disconnects meanwhile is not connected by a sign-in that waits', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  beSomebody(started, person.email)
  const waiting = aBrowser(house)
  expect(sentTo(await signInWith(waiting, 'google')).path).toBe('/second-factor')
  const owner = aBrowser(house)
  await passPassword(person, owner)
  await owner.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  await owner.call('GET', await visitProvider(owner.call, 'google', { intent: 'connect' }))
  expect(await connected(person)).toEqual(['google'])
  await person.call('DELETE', '/api/auth/identities/google')
  const late = await waiting.call('POST', '/api/auth/factors/verify', { code: await app.code(1) })
  expect([late.statusCode, late.json().reason]).toEqual([401, 'second_factor_not_pending'])
  expect(await connected(person)).toEqual([])
  expect(sentTo(await signInWith(aBrowser(house), 'google')).problem).toBe('provider_disconnected')
})

test('a second account of the same provider is turned away, with and without a second factor', async () => {
  const person = await aPerson(house)
  beSomebody(started, person.email)
  await signInWith(aBrowser(house), 'google')
  beSomebody(started, person.email, { subject: `another-${person.email}` })
  expect(sentTo(await signInWith(aBrowser(house), 'google')).problem).toBe('identity_mismatch')
  await aTotp(house, person)
  expect(sentTo(await signInWith(aBrowser(house), 'google')).problem).toBe('identity_mismatch')
})
