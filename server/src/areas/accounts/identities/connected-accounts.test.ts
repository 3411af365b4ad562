import { afterAll, beforeAll, expect, test } from 'vitest'
import { tally } from '../../../../test/at-once.ts'
import { aBrowser, type Browser } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson } from '../../../../test/people.ts'
import type { TestHouse } from '../../../../test/test-house.ts'
import {
  beSomebody,
  finishSignUp,
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

const providers = ['google', 'github'] as const
let made = 0
const anAddress = () => `external.${++made}@personal.example`

/** Somebody in a browser that is signed in with a password. */
const aMember = async () => {
  const person = await aPerson(house)
  const browser = aBrowser(house)
  await passPassword(person, browser)
  return { ...person, ...browser }
}

/** Somebody without a password, whom Google alone signs in. */
const withoutPassword = async () => {
  const email = anAddress()
  beSomebody(started, email)
  const browser = aBrowser(house)
  await signInWith(browser, 'google')
  const done = await finishSignUp(browser, `without-password-${made}`)
  return { ...browser, email, userId: done.json().user.id as string }
}

const connected = async ({ call }: Pick<Browser, 'call'>): Promise<string[]> => {
  const { identities } = (await call('GET', '/api/auth/identities')).json()
  return identities.map(({ provider }: { provider: string }) => provider)
}

const connect = (member: Pick<Browser, 'call'>, provider: 'google' | 'github') =>
  signInWith(member, provider, { intent: 'connect' })

const disconnect = ({ call }: Pick<Browser, 'call'>, provider: string) =>
  call('DELETE', `/api/auth/identities/${provider}`)

const whoIs = async ({ call }: Pick<Browser, 'call'>) => (await call('GET', '/api/auth/me')).json().user?.id

test.each(providers)(
  'an account at %s with whatever address is connected from a session, which gets another token',
  async (provider) => {
    const member = await aMember()
    beSomebody(started, anAddress(), { verified: false })
    const cookie = member.cookies()
    expect(sentTo(await connect(member, provider))).toEqual({ path: '/settings', problem: null })
    expect(await connected(member)).toEqual([provider])
    expect((await aBrowser(house).call('GET', '/api/auth/me', undefined, { cookie })).statusCode).toBe(401)
    const browser = aBrowser(house)
    expect(sentTo(await signInWith(browser, provider)).path).toBe('/home')
    expect(await whoIs(browser)).toBe(member.userId)
    await house.runJobs()
    expect(house.mailbox.list(member.email).map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('can now sign you in'),
    )
  },
)

test.each(providers)(
  'an account at %s that signs in one person is not connected to another',
  async (provider) => {
    const [owner, other] = [await aMember(), await aMember()]
    beSomebody(started, anAddress())
    await connect(owner, provider)
    expect(sentTo(await connect(other, provider))).toEqual({ path: '/settings', problem: 'identity_in_use' })
    expect([await connected(owner), await connected(other)]).toEqual([[provider], []])
  },
)

test('of four people who connect one account at the same moment one has it', async () => {
  const members = [await aMember(), await aMember(), await aMember(), await aMember()]
  beSomebody(started, anAddress())
  const callbacks: string[] = []
  for (const { call } of members) callbacks.push(await visitProvider(call, 'google', { intent: 'connect' }))
  const replies = await Promise.all(members.map(({ call }, n) => call('GET', callbacks[n]!)))
  const problems = replies.map((reply) => sentTo(reply).problem)
  expect(problems.filter((problem) => problem === null)).toHaveLength(1)
  for (const problem of problems) expect([null, 'identity_in_use', 'provider_busy']).toContain(problem)
  expect((await Promise.all(members.map(connected))).flat()).toEqual(['google'])
})

test('a second account of the same provider is not connected beside the first', async () => {
  const member = await aMember()
  beSomebody(started, anAddress())
  await connect(member, 'google')
  beSomebody(started, anAddress())
  expect(sentTo(await connect(member, 'google')).problem).toBe('identity_mismatch')
  expect(sentTo(await signInWith(aBrowser(house), 'google')).path).toBe('/onboarding')
})

test('connecting the same account again changes nothing', async () => {
  const member = await aMember()
  beSomebody(started, anAddress())
  for (let n = 0; n < 2; n++) expect(sentTo(await connect(member, 'github')).problem).toBeNull()
  expect(await connected(member)).toEqual(['github'])
})

test('connecting needs a session and a recent proof of who it is', async () => {
  const path = '/api/auth/oauth/google?intent=connect'
  expect(sentTo(await aBrowser(house).call('GET', path)).path).toMatch(/^\/sign-in\b/)
  const member = await aMember()
  house.clock.advance(15 * 60 + 1)
  expect(sentTo(await member.call('GET', path))).toEqual({
    path: '/settings',
    problem: 'reauthentication_required',
  })
})

test('what a session set out for is lost with it, also when somebody else signed in meanwhile', async () => {
  const [member, other] = [await aMember(), await aMember()]
  beSomebody(started, anAddress())
  const callbacks = [
    await visitProvider(member.call, 'google', { intent: 'connect' }),
    await visitProvider(other.call, 'google', { intent: 'connect' }),
  ]
  await passPassword(other, member)
  expect(sentTo(await member.call('GET', callbacks[0]!)).problem).toBe('provider_expired')
  await other.call('POST', '/api/auth/sign-out')
  expect(sentTo(await other.call('GET', callbacks[1]!)).problem).toBe('provider_expired')
  await passPassword(other, other)
  expect(await connected(other)).toEqual([])
})

test('a provider that was disconnected signs its account in no more, and the owner is told', async () => {
  const member = await aMember()
  beSomebody(started, anAddress())
  await connect(member, 'github')
  const cookie = member.cookies()
  expect((await disconnect(member, 'github')).json()).toEqual({ success: true })
  expect((await aBrowser(house).call('GET', '/api/auth/me', undefined, { cookie })).statusCode).toBe(401)
  expect(await connected(member)).toEqual([])
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'github')).path).toBe('/onboarding')
  expect(await whoIs(browser)).toBeUndefined()
  await house.runJobs()
  expect(house.mailbox.list(member.email)[0]?.subject).toContain('no longer signs you in')
  const again = await disconnect(member, 'github')
  expect([again.statusCode, again.json().reason]).toEqual([404, 'identity_not_found'])
})

test('an account that was disconnected signs in again once its person connects it from inside', async () => {
  const member = await aMember()
  beSomebody(started, member.email)
  await connect(member, 'google')
  await disconnect(member, 'google')
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'google')).problem).toBe('provider_disconnected')
  expect(sentTo(await connect(member, 'google')).problem).toBeNull()
  expect(sentTo(await signInWith(browser, 'google')).path).toBe('/home')
  expect(await whoIs(browser)).toBe(member.userId)
})

test('the last way in cannot be removed', async () => {
  const person = await withoutPassword()
  const kept = await disconnect(person, 'google')
  expect([kept.statusCode, kept.json().reason]).toEqual([409, 'last_sign_in_method'])
  const { id } = await aPasskey(person)
  expect((await disconnect(person, 'google')).statusCode).toBe(200)
  const last = await person.call('DELETE', `/api/auth/factors/passkeys/${id}`)
  expect([last.statusCode, last.json().reason]).toEqual([409, 'last_sign_in_method'])
})

test('an authenticator app and recovery codes are no way in of their own', async () => {
  const person = await withoutPassword()
  await aTotp(house, person)
  expect((await disconnect(person, 'google')).json().reason).toBe('last_sign_in_method')
})

test('whoever has a password may remove everything else', async () => {
  const member = await aMember()
  beSomebody(started, anAddress())
  await connect(member, 'google')
  const { id } = await aPasskey(member)
  expect((await disconnect(member, 'google')).statusCode).toBe(200)
  expect((await member.call('DELETE', `/api/auth/factors/passkeys/${id}`)).statusCode).toBe(200)
})

test('two providers that are removed at the same moment leave one of them', async () => {
  const person = await withoutPassword()
  await connect(person, 'github')
  const second = aBrowser(house)
  await signInWith(second, 'google')
  const replies = await Promise.all([disconnect(person, 'google'), disconnect(second, 'github')])
  expect(tally(replies)).toEqual({ 200: 1, 409: 1 })
  expect(await connected(person)).toHaveLength(1)
})

test('a passkey and a provider that are removed at the same moment leave one of them', async () => {
  for (let round = 0; round < 5; round++) {
    const person = await withoutPassword()
    const { id, assert } = await aPasskey(person)
    const second = aBrowser(house)
    const credential = await assert()
    await second.call('POST', '/api/auth/factors/passkeys/sign-in', { credential })
    const replies = await Promise.all([
      disconnect(person, 'google'),
      second.call('DELETE', `/api/auth/factors/passkeys/${id}`),
    ])
    expect(tally(replies)).toEqual({ 200: 1, 409: 1 })
    const { passkeys } = (await person.call('GET', '/api/auth/factors')).json()
    expect([...passkeys, ...(await connected(person))]).toHaveLength(1)
  }
})

test('a provider that this installation no longer offers is no way in', async () => {
  const person = await withoutPassword()
  await house.cells.get('us-1').pool.query(
    `insert into identities select user_id, 'apple', '\\x00', details_sealed, connected_at from identities
       where user_id = $1`,
    [person.userId],
  )
  expect((await disconnect(person, 'google')).json().reason).toBe('last_sign_in_method')
})

test.each(providers)(
  'confirming at %s is a recent proof, by the connected account alone',
  async (provider) => {
    const member = await aMember()
    const email = anAddress()
    beSomebody(started, email)
    await connect(member, provider)
    house.clock.advance(3600)
    const options = async () =>
      (await member.call('POST', '/api/auth/factors/passkeys/options')).json().reason
    beSomebody(started, anAddress())
    const other = await signInWith(member, provider, { intent: 'confirm', next: '/settings?tab=keys' })
    expect(other.headers.location).toBe('/settings?tab=keys&problem=identity_mismatch')
    expect(await options()).toBe('reauthentication_required')
    beSomebody(started, email)
    const own = await signInWith(member, provider, { intent: 'confirm', next: '/settings?tab=keys' })
    expect(own.headers.location).toBe('/settings?tab=keys')
    expect(await options()).toBeUndefined()
  },
)

test('a provider that did not ask who it is proves nothing', async () => {
  const member = await aMember()
  beSomebody(started, anAddress())
  await connect(member, 'google')
  house.clock.advance(3600)
  started.google.trouble = 'stale-sign-in'
  const reply = await signInWith(member, 'google', { intent: 'confirm' })
  started.google.trouble = null
  expect(sentTo(reply).problem).toBe('provider_failed')
})

test('where a second factor is set up, confirming at a provider asks for it as well', async () => {
  const member = await aMember()
  beSomebody(started, anAddress())
  await connect(member, 'google')
  const app = await aTotp(house, member)
  house.clock.advance(3600)
  const reply = await signInWith(member, 'google', { intent: 'confirm' })
  expect(sentTo(reply).path).toBe('/second-factor')
  const renew = () => member.call('POST', '/api/auth/factors/recovery-codes')
  expect((await renew()).json().reason).toBe('reauthentication_required')
  await member.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  expect((await renew()).statusCode).toBe(200)
})

test('a visit to connect that was begun before a second factor was set up elsewhere connects nothing', async () => {
  const person = await aPerson(house)
  const thief = aBrowser(house)
  await passPassword(person, thief)
  beSomebody(started, anAddress())
  const callback = await visitProvider(thief.call, 'google', { intent: 'connect' })
  await aTotp(house, person)
  expect(sentTo(await thief.call('GET', callback)).problem).toBe('reauthentication_required')
  expect(await connected(person)).toEqual([])
})
