import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser, cookiesOf } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const pendingBrowser = async (person: Person) => {
  const browser = aBrowser(house)
  await passPassword(person, browser)
  return browser
}

const verify = (browser: ReturnType<typeof aBrowser>, body: object) =>
  browser.call('POST', '/api/auth/factors/verify', body)

const notPending = [401, 'second_factor_not_pending']

test('a sign-in that waits for its second factor opens nothing, and tells what it waits for', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  const browser = aBrowser(house)
  const reply = await passPassword(person, browser)
  const { lines } = cookiesOf(reply)
  expect(lines.filter((line) => line.startsWith('gatehouse_session=') && !line.includes('=;'))).toEqual([])
  expect(lines.find((line) => line.startsWith('gatehouse_second_factor='))).toMatch(/HttpOnly.*SameSite=Lax/)
  expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(401)
  expect((await browser.call('GET', '/api/auth/factors/pending')).json()).toEqual({
    methods: ['totp', 'recovery-code'],
    expiresAt: new Date(house.clock.now().getTime() + 600_000).toISOString(),
  })
  await aPasskey(person)
  expect((await browser.call('GET', '/api/auth/factors/pending')).json().methods).toEqual([
    'passkey',
    'totp',
    'recovery-code',
  ])
})

test('without a sign-in under way there is nothing to finish', async () => {
  const browser = aBrowser(house)
  const asked = await browser.call('GET', '/api/auth/factors/pending')
  const tried = await verify(browser, { code: '123456' })
  for (const reply of [asked, tried]) expect([reply.statusCode, reply.json().reason]).toEqual(notPending)
})

test.each(['', 'nonsense', 'v1.AAAA.BBBB'])(
  'the made-up cookie %j is no sign-in under way',
  async (value) => {
    const cookie = `gatehouse_second_factor=${value}`
    const tried = await aBrowser(house).call(
      'POST',
      '/api/auth/factors/verify',
      { code: '123456' },
      { cookie },
    )
    expect([tried.statusCode, tried.json().reason]).toEqual(notPending)
  },
)

test('a sign-up cookie is no sign-in under way', async () => {
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-up', {
    email: 'mixed.up@personal.example',
    password: 'correct horse battery staple',
  })
  const cookie = browser.cookies().replace('gatehouse_sign_up=', 'gatehouse_second_factor=')
  const asked = await aBrowser(house).call('GET', '/api/auth/factors/pending', undefined, { cookie })
  expect(asked.statusCode).toBe(401)
})

test('it lapses after ten minutes', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const [early, late] = [await pendingBrowser(person), await pendingBrowser(person)]
  house.clock.advance(599)
  expect((await verify(early, { code: await app.code() })).statusCode).toBe(200)
  house.clock.advance(31)
  const reply = await verify(late, { code: await app.code() })
  expect([reply.statusCode, reply.json().reason]).toEqual(notPending)
})

test('it is finished once, even when different factors are sent at the same moment', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const passkey = await aPasskey(person, { counts: false })
  const browser = await pendingBrowser(person)
  const cookie = browser.cookies()
  const proofs = [
    { code: await app.code() },
    ...app.recoveryCodes.slice(0, 4).map((recoveryCode) => ({ recoveryCode })),
    ...(await atOnce(4, async () => ({ credential: await passkey.assert() }))),
  ]
  const replies = await Promise.all(
    proofs.map((proof) => aBrowser(house).call('POST', '/api/auth/factors/verify', proof, { cookie })),
  )
  expect(tally(replies)[200]).toBe(1)
  const later = await aBrowser(house).call(
    'POST',
    '/api/auth/factors/verify',
    { recoveryCode: app.recoveryCodes[9] },
    { cookie },
  )
  expect([later.statusCode, later.json().reason]).toEqual(notPending)
  expect((await person.call('GET', '/api/auth/sessions')).json().sessions).toHaveLength(2)
})

test("a passkey finishes its owner's sign-in and nobody else's", async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const [own, foreign] = [await aPasskey(person), await aPasskey(other)]
  const browser = await pendingBrowser(person)
  const refused = await verify(browser, { credential: await foreign.assert() })
  expect([refused.statusCode, refused.json().reason]).toEqual([400, 'passkey_rejected'])
  expect((await verify(browser, { credential: await own.assert() })).json()).toEqual({ next: 'home' })
  expect((await browser.call('GET', '/api/auth/me')).json().user.id).toBe(person.userId)
})

test('finishing takes the waiting sign-in and an earlier session out of the browser', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const app = await aTotp(house, person)
  const browser = aBrowser(house)
  await passPassword(person, browser)
  const pending = browser.cookies()
  await passPassword(other, browser)
  const before = browser.cookies()
  expect(before).not.toContain('gatehouse_second_factor')
  const cookie = `${before}; ${pending}`
  const done = await browser.call('POST', '/api/auth/factors/verify', { code: await app.code() }, { cookie })
  expect(done.json()).toEqual({ next: 'home' })
  expect((await browser.call('GET', '/api/auth/me')).json().user.id).toBe(person.userId)
  const earlier = await aBrowser(house).call('GET', '/api/auth/me', undefined, { cookie: before })
  expect(earlier.statusCode).toBe(401)
})

test('a new password ends sign-ins that wait for their second factor, by a change and by a reset', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const first = await pendingBrowser(person)
  const changed = await person.call('POST', '/api/auth/password', {
    currentPassword: person.password,
    newPassword: 'another long pass phrase',
  })
  expect(changed.statusCode).toBe(200)
  const dead = await verify(first, { code: await app.code() })
  expect([dead.statusCode, dead.json().reason]).toEqual(notPending)

  const second = await pendingBrowser({ ...person, password: 'another long pass phrase' })
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: person.email })
  await house.runJobs()
  const link = /\/reset-password\?token=(\S+)/.exec(house.mailbox.list(person.email)[0]!.text)![1]
  const password = 'yet another pass phrase'
  await aBrowser(house).call('POST', '/api/auth/password/reset', { token: link, password })
  const alsoDead = await verify(second, { code: await app.code() })
  expect([alsoDead.statusCode, alsoDead.json().reason]).toEqual(notPending)
  expect(
    (await verify(await pendingBrowser({ ...person, password }), { code: await app.code() })).json(),
  ).toEqual({ next: 'home' })
})

test('the reset of a password leaves the second factor in place', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: person.email })
  await house.runJobs()
  const token = /\/reset-password\?token=(\S+)/.exec(house.mailbox.list(person.email)[0]!.text)![1]
  const password = 'yet another pass phrase'
  expect(
    (await aBrowser(house).call('POST', '/api/auth/password/reset', { token, password })).statusCode,
  ).toBe(200)
  expect((await passPassword({ ...person, password }, aBrowser(house))).json()).toEqual({
    next: 'second-factor',
  })
})

test('another site cannot finish a sign-in that waits', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const browser = await pendingBrowser(person)
  const code = await app.code()
  const foreign = { origin: 'https://evil.example' }
  const crossed = await browser.call('POST', '/api/auth/factors/verify', { code }, foreign)
  expect([crossed.statusCode, crossed.json().reason]).toEqual([403, 'cross_origin'])
  expect((await verify(browser, { code })).statusCode).toBe(200)
})
