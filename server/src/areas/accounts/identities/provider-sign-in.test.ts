import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser, codeFor } from '../../../../test/browser.ts'
import { holdersOf } from '../../../../test/dump.ts'
import { aTotp } from '../../../../test/factors.ts'
import { aPerson } from '../../../../test/people.ts'
import type { TestHouse } from '../../../../test/test-house.ts'
import {
  beSomebody,
  finishSignUp,
  type ProviderHouse,
  sentTo,
  signInWith,
  startProviderHouse,
} from '../../../../test/visits.ts'

let started: ProviderHouse
let house: TestHouse

beforeAll(async () => {
  started = await startProviderHouse()
  house = started.house
})
afterAll(() => started.stop())

const providers = ['google', 'github'] as const
const whoIs = async ({ call }: ReturnType<typeof aBrowser>) => {
  const reply = await call('GET', '/api/auth/me')
  return reply.statusCode === 200 ? reply.json().user.id : null
}
const identitiesOf = async (userId: string) =>
  (
    await house.cells
      .get('us-1')
      .pool.query('select provider from identities where user_id = $1 order by provider', [userId])
  ).rows.map(({ provider }) => provider)

test.each(providers)(
  'somebody new at %s goes on to onboarding without a code, and is known the next time',
  async (provider) => {
    const email = `new.at.${provider}@personal.example`
    beSomebody(started, email)
    const browser = aBrowser(house)
    expect(sentTo(await signInWith(browser, provider))).toEqual({ path: '/onboarding', problem: null })
    expect((await browser.call('GET', '/api/auth/sign-up')).json()).toMatchObject({
      email,
      next: 'onboarding',
      provider,
      name: 'Anna Example',
    })
    const done = await finishSignUp(browser, `new-at-${provider}`)
    expect(done.statusCode).toBe(201)
    const { id } = done.json().user
    expect((await browser.call('GET', '/api/auth/identities')).json()).toEqual({
      identities: [{ provider, email, connectedAt: house.clock.now().toISOString() }],
      hasPassword: false,
    })
    const again = aBrowser(house)
    expect(sentTo(await signInWith(again, provider))).toEqual({ path: '/home', problem: null })
    expect(await whoIs(again)).toBe(id)
    expect((await again.call('GET', '/api/auth/sessions')).json().sessions[0].methods).toEqual([provider])
  },
)

test.each(providers)(
  'an address that %s has checked signs its owner in, and they are told',
  async (provider) => {
    const person = await aPerson(house)
    beSomebody(started, person.email)
    const browser = aBrowser(house)
    expect(sentTo(await signInWith(browser, provider))).toEqual({ path: '/home', problem: null })
    expect(await whoIs(browser)).toBe(person.userId)
    expect(await identitiesOf(person.userId)).toEqual([provider])
    await house.runJobs()
    const label = provider === 'google' ? 'Google' : 'GitHub'
    expect(house.mailbox.list(person.email).map(({ subject }) => subject)).toContain(
      `${label} can now sign you in to Gatehouse`,
    )
  },
)

test.each(providers)(
  'an address that %s has not checked signs nobody in and links nothing, and has to be proved here',
  async (provider) => {
    const person = await aPerson(house)
    const [known, unknown] = [person.email, `unknown.at.${provider}@personal.example`]
    const answers = []
    for (const email of [known, unknown]) {
      beSomebody(started, email, { verified: false, subject: `thief of ${email}` })
      const browser = aBrowser(house)
      answers.push(sentTo(await signInWith(browser, provider)))
      expect(await whoIs(browser)).toBeNull()
      expect((await browser.call('POST', '/api/onboarding', {})).statusCode).toBe(400)
      const early = await finishSignUp(browser, `early-${provider}`)
      expect([early.statusCode, early.json().reason]).toEqual([403, 'email_unverified'])
    }
    expect(answers).toEqual([
      { path: '/verify', problem: null },
      { path: '/verify', problem: null },
    ])
    expect(await identitiesOf(person.userId)).toEqual([])
    expect(house.mailbox.list(known)[0]).toMatchObject({ subject: 'You already have a Gatehouse account' })
    expect(house.mailbox.list(known)[0]?.text).not.toMatch(/\b\d{6}\b/)
    expect(house.mailbox.list(unknown)[0]).toMatchObject({ subject: 'Your Gatehouse code' })
  },
)

test('whoever proves an address that the provider had not checked gets an account with it', async () => {
  const email = 'proved.later@personal.example'
  beSomebody(started, email, { verified: false })
  const browser = aBrowser(house)
  await signInWith(browser, 'google')
  expect((await browser.call('POST', '/api/auth/verify', { code: codeFor(house, email) })).statusCode).toBe(
    200,
  )
  const done = await finishSignUp(browser, 'proved-later')
  expect(done.statusCode).toBe(201)
  const again = aBrowser(house)
  await signInWith(again, 'google')
  expect(await whoIs(again)).toBe(done.json().user.id)
})

test('when the code for such an address cannot be mailed, the page says so', async () => {
  const email = 'flooded@personal.example'
  const password = 'correct horse battery staple'
  for (let n = 0; n < 10; n++) await aBrowser(house).call('POST', '/api/auth/sign-up', { email, password })
  beSomebody(started, email, { verified: false })
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'google'))).toEqual({ path: '/sign-in', problem: 'mail_not_sent' })
  expect(browser.cookies()).toBe('')
  expect(house.mailbox.list(email)).toHaveLength(10)
})

test.each(providers)('whoever shares no address at %s is refused and gets nothing', async (provider) => {
  beSomebody(started, null, { subject: `shy at ${provider}` })
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, provider))).toEqual({
    path: '/sign-in',
    problem: 'provider_without_email',
  })
  expect(browser.cookies()).toBe('')
})

test.each(providers)(
  "the account at %s decides, not its address: one that now bears somebody else's address opens its own",
  async (provider) => {
    const [person, other] = [await aPerson(house), await aPerson(house)]
    beSomebody(started, person.email, { subject: `lasting at ${provider}` })
    await signInWith(aBrowser(house), provider)
    beSomebody(started, other.email, { subject: `lasting at ${provider}` })
    const browser = aBrowser(house)
    expect(sentTo(await signInWith(browser, provider)).path).toBe('/home')
    expect(await whoIs(browser)).toBe(person.userId)
    expect(await identitiesOf(other.userId)).toEqual([])
    beSomebody(started, null, { subject: `lasting at ${provider}` })
    const withoutAddress = aBrowser(house)
    await signInWith(withoutAddress, provider)
    expect(await whoIs(withoutAddress)).toBe(person.userId)
  },
)

test('a second account of a provider with the same address does not take the place of the connected one', async () => {
  const person = await aPerson(house)
  beSomebody(started, person.email, { subject: 'the first' })
  await signInWith(aBrowser(house), 'google')
  beSomebody(started, person.email, { subject: 'the second' })
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'google'))).toEqual({
    path: '/sign-in',
    problem: 'identity_mismatch',
  })
  expect(await whoIs(browser)).toBeNull()
})

test('the same name at two providers is two accounts there', async () => {
  const person = await aPerson(house)
  started.google.person = { sub: '4711', email: person.email, email_verified: true }
  await signInWith(aBrowser(house), 'google')
  const emails = [{ email: 'number.4711@personal.example', primary: true, verified: true }]
  started.github.person = { id: 4711, login: 'anna', name: null, emails }
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'github')).path).toBe('/onboarding')
  expect(await whoIs(browser)).toBeNull()
})

test.each(providers)('the second factor is asked for after %s too', async (provider) => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  beSomebody(started, person.email)
  const browser = aBrowser(house)
  const reply = await signInWith(browser, provider, { next: '/settings?tab=emails' })
  expect(reply.headers.location).toBe('/second-factor?next=%2Fsettings%3Ftab%3Demails')
  expect(await whoIs(browser)).toBeNull()
  const done = await browser.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  expect(done.json()).toEqual({ next: 'home' })
  expect(await whoIs(browser)).toBe(person.userId)
  const { sessions } = (await browser.call('GET', '/api/auth/sessions')).json()
  const own = sessions.find(({ current }: { current: boolean }) => current)
  expect(own.methods).toEqual([provider, 'second-factor'])
})

test('a sign-in that waits for its second factor ends when the provider is disconnected', async () => {
  const person = await aPerson(house)
  beSomebody(started, person.email)
  await signInWith(aBrowser(house), 'google')
  const app = await aTotp(house, person)
  const browser = aBrowser(house)
  await signInWith(browser, 'google')
  await person.call('DELETE', '/api/auth/identities/google')
  const late = await browser.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  expect([late.statusCode, late.json().reason]).toEqual([401, 'second_factor_not_pending'])
})

test('a provider that found somebody by address is connected once the second factor is right, not before', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  beSomebody(started, person.email)
  const browser = aBrowser(house)
  expect(sentTo(await signInWith(browser, 'google')).path).toMatch(/^\/second-factor/)
  expect(await identitiesOf(person.userId)).toEqual([])
  const wrong = await browser.call('POST', '/api/auth/factors/verify', { recoveryCode: 'aaaaa-aaaaa' })
  expect(wrong.statusCode).toBe(400)
  expect(await identitiesOf(person.userId)).toEqual([])
  const code = await app.code()
  expect((await browser.call('POST', '/api/auth/factors/verify', { code })).statusCode).toBe(200)
  expect(await identitiesOf(person.userId)).toEqual(['google'])
})

test('a disconnected provider ends what it opened, and only its person connects it again', async () => {
  const person = await aPerson(house)
  beSomebody(started, person.email)
  const browser = aBrowser(house)
  await signInWith(browser, 'google')
  expect(await whoIs(browser)).toBe(person.userId)
  expect((await person.call('DELETE', '/api/auth/identities/google')).statusCode).toBe(200)
  expect(await whoIs(browser)).toBeNull()
  expect(sentTo(await signInWith(browser, 'google')).problem).toBe('provider_disconnected')
  expect(await identitiesOf(person.userId)).toEqual([])
})

test('signing in with a provider replaces the session that was there', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-in', { email: other.email, password: other.password })
  const cookie = browser.cookies()
  beSomebody(started, person.email)
  await signInWith(browser, 'google')
  expect(await whoIs(browser)).toBe(person.userId)
  expect((await aBrowser(house).call('GET', '/api/auth/me', undefined, { cookie })).statusCode).toBe(401)
})

test('an account of a provider that no password belongs to is not opened by any', async () => {
  const email = 'no.password@personal.example'
  beSomebody(started, email)
  const browser = aBrowser(house)
  await signInWith(browser, 'google')
  await finishSignUp(browser, 'no-password')
  for (const password of ['null', 'undefined', 'correct horse battery staple']) {
    const tried = await aBrowser(house).call('POST', '/api/auth/sign-in', { email, password })
    expect([tried.statusCode, tried.json().reason]).toEqual([401, 'invalid_credentials'])
    const proof = await browser.call('POST', '/api/auth/reauthenticate', { password })
    expect([proof.statusCode, proof.json().reason]).toEqual([400, 'wrong_password'])
  }
  house.clock.advance(15 * 60 + 1)
  const first = { newPassword: 'a first pass phrase' }
  expect((await browser.call('POST', '/api/auth/password', first)).json().reason).toBe(
    'reauthentication_required',
  )
  expect(sentTo(await signInWith(browser, 'google', { intent: 'confirm' })).problem).toBeNull()
  expect((await browser.call('POST', '/api/auth/password', first)).json()).toMatchObject({ success: true })
  const password = first.newPassword
  expect((await aBrowser(house).call('POST', '/api/auth/sign-in', { email, password })).statusCode).toBe(200)
})

test('no store and no log holds what a provider calls somebody, or their address there', async () => {
  const email = 'sealed.at.provider@personal.example'
  beSomebody(started, email, { subject: 'subject-nobody-may-read' })
  const browser = aBrowser(house)
  await signInWith(browser, 'google')
  expect(await holdersOf(house, email, 'subject-nobody-may-read', 'Anna Example')).toEqual([])
  await finishSignUp(browser, 'sealed-at-provider')
  await signInWith(aBrowser(house), 'google')
  expect(await holdersOf(house, email, 'subject-nobody-may-read')).toEqual([])
  expect(house.logged()).not.toMatch(/sealed\.at\.provider|subject-nobody-may-read|Anna Example/)
})
