import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser, wrongCode } from '../../../../test/browser.ts'
import { holdersOf } from '../../../../test/dump.ts'
import { aTotp, passPassword, totpOf } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** A browser that has shown the password. */
const pendingBrowser = async (person: Person, ip = '127.0.0.1') => {
  const browser = aBrowser(house, { ip })
  expect((await passPassword(person, browser)).json()).toEqual({ next: 'second-factor' })
  return browser
}

const verify = (browser: ReturnType<typeof aBrowser>, code: string) =>
  browser.call('POST', '/api/auth/factors/verify', { code })

test('an authenticator app is asked for from its first right code on, and no earlier', async () => {
  const person = await aPerson(house)
  const begun = await person.call('POST', '/api/auth/factors/totp')
  const { secret, uri } = begun.json()
  expect(begun.statusCode).toBe(201)
  expect(new URL(uri).searchParams.get('secret')).toBe(secret)
  expect(decodeURIComponent(uri)).toContain(person.email)
  const code = await totpOf(house, secret)()
  const wrong = await person.call('POST', '/api/auth/factors/totp/confirm', { code: wrongCode(code) })
  expect([wrong.statusCode, wrong.json().reason]).toEqual([400, 'invalid_code'])
  const factors = async () => (await person.call('GET', '/api/auth/factors')).json()
  expect(await factors()).toMatchObject({ totp: null, recoveryCodesLeft: 0, sessionIsStrong: false })
  expect((await passPassword(person, aBrowser(house))).json()).toEqual({ next: 'home' })

  const confirmed = await person.call('POST', '/api/auth/factors/totp/confirm', { code })
  expect(confirmed.json().recoveryCodes).toHaveLength(10)
  expect(await factors()).toMatchObject({
    totp: { createdAt: house.clock.now().toISOString() },
    recoveryCodesLeft: 10,
    sessionIsStrong: true,
  })
  expect((await passPassword(person, aBrowser(house))).json()).toEqual({ next: 'second-factor' })
})

test('beginning again replaces a secret that was never confirmed, and never one that was', async () => {
  const person = await aPerson(house)
  const first = (await person.call('POST', '/api/auth/factors/totp')).json()
  const second = (await person.call('POST', '/api/auth/factors/totp')).json()
  expect(first.secret).not.toBe(second.secret)
  const confirm = async (secret: string) =>
    (await person.call('POST', '/api/auth/factors/totp/confirm', { code: await totpOf(house, secret)() }))
      .statusCode
  expect(await confirm(first.secret)).toBe(400)
  expect(await confirm(second.secret)).toBe(200)
  const third = await person.call('POST', '/api/auth/factors/totp')
  expect([third.statusCode, third.json().reason]).toEqual([409, 'totp_already_set_up'])
})

test('without a beginning there is nothing to confirm or to remove', async () => {
  const { call } = await aPerson(house)
  const confirmed = await call('POST', '/api/auth/factors/totp/confirm', { code: '123456' })
  expect([confirmed.statusCode, confirmed.json().reason]).toEqual([404, 'factor_not_found'])
  await call('POST', '/api/auth/factors/totp')
  const removed = await call('DELETE', '/api/auth/factors/totp')
  expect([removed.statusCode, removed.json().reason]).toEqual([404, 'factor_not_found'])
})

test('of many confirmations at once with the same code one is heard, and hands out the recovery codes', async () => {
  const person = await aPerson(house)
  const { secret } = (await person.call('POST', '/api/auth/factors/totp')).json()
  const code = await totpOf(house, secret)()
  const cookie = `gatehouse_session=${person.cookie}`
  const replies = await atOnce(10, () =>
    aBrowser(house).call('POST', '/api/auth/factors/totp/confirm', { code }, { cookie }),
  )
  expect(replies.filter((reply) => reply.statusCode === 200)).toHaveLength(1)
  expect(replies.filter((reply) => reply.json().recoveryCodes)).toHaveLength(1)
  for (const reply of replies) expect([200, 401, 409], reply.body).toContain(reply.statusCode)
})

test('a code finishes one sign-in of ten at once, and none later', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const browsers = await atOnce(10, () => pendingBrowser(person))
  const code = await app.code()
  const replies = await Promise.all(browsers.map((browser) => verify(browser, code)))
  expect(tally(replies)).toEqual({ 200: 1, 400: 9 })
  expect((await verify(await pendingBrowser(person), code)).json().reason).toBe('invalid_code')
})

test('a code is used once, whether it signs in or confirms that it is you, also at the same moment', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const code = await app.code()
  const reauthenticate = () =>
    person.call('POST', '/api/auth/reauthenticate', { password: person.password, code })
  const browsers = await atOnce(4, () => pendingBrowser(person))
  const replies = await Promise.all([
    ...browsers.map((browser) => verify(browser, code)),
    reauthenticate(),
    reauthenticate(),
  ])
  expect(tally(replies)).toEqual({ 200: 1, 400: 5 })
})

test('the code of the step before or after is taken, older and later ones are not', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  for (const [steps, status] of [
    [-2, 400],
    [2, 400],
    [1, 200],
  ] as const) {
    house.clock.advance(120)
    expect((await verify(await pendingBrowser(person), await app.code(steps))).statusCode, `${steps}`).toBe(
      status,
    )
  }
})

test('once a code was used, one from before it is refused', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  house.clock.advance(300)
  expect((await verify(await pendingBrowser(person), await app.code())).statusCode).toBe(200)
  expect((await verify(await pendingBrowser(person), await app.code(-1))).statusCode).toBe(400)
})

test('after ten wrong codes an account is locked wherever they come from, and open again after fifteen minutes', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  for (let n = 0; n < 10; n++) {
    const browser = await pendingBrowser(person, `10.7.0.${n}`)
    expect((await verify(browser, wrongCode(await app.code(), 100 + n))).statusCode).toBe(400)
  }
  const browser = await pendingBrowser(person, '10.7.1.1')
  const locked = await verify(browser, await app.code())
  expect([locked.statusCode, locked.json().reason]).toEqual([429, 'second_factor_locked'])
  expect(locked.headers['retry-after']).toBe('900')
  house.clock.advance(15 * 60)
  expect((await verify(await pendingBrowser(person), await app.code())).statusCode).toBe(200)
})

test('whoever is locked out at the second step has the first, so its owner is told, once each time', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const told = async () => {
    await house.runJobs()
    const subject = 'Somebody got past the first step of your Gatehouse sign-in'
    return house.mailbox.list(person.email).filter((mail) => mail.subject === subject).length
  }
  for (const times of [1, 2]) {
    const browser = await pendingBrowser(person)
    for (let n = 0; n < 10; n++) await verify(browser, wrongCode(await app.code(), 100 + n))
    expect(await told()).toBe(times - 1)
    expect(tally(await atOnce(5, () => verify(browser, '000000')))).toEqual({ 429: 5 })
    expect(await told()).toBe(times)
    house.clock.advance(15 * 60)
  }
})

test('a right code forgets the wrong ones before it', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  for (let round = 0; round < 2; round++) {
    house.clock.advance(60)
    const browser = await pendingBrowser(person)
    for (let n = 0; n < 9; n++) await verify(browser, wrongCode(await app.code(), 100 + n))
    expect((await verify(browser, await app.code())).statusCode).toBe(200)
  }
})

test('many guesses at once are counted one by one', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  const browser = await pendingBrowser(person)
  expect(tally(await atOnce(20, (n) => verify(browser, `00000${n % 10}`)))).toEqual({ 400: 10, 429: 10 })
})

test('an app that was removed is no longer asked for, and its owner is told', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  expect((await person.call('DELETE', '/api/auth/factors/totp')).json()).toEqual({ success: true })
  expect((await passPassword(person, aBrowser(house))).json()).toEqual({ next: 'home' })
  expect((await person.call('GET', '/api/auth/factors')).json()).toMatchObject({
    totp: null,
    recoveryCodesLeft: 0,
    sessionIsStrong: false,
  })
  await house.runJobs()
  expect(house.mailbox.list(person.email).map(({ subject }) => subject)).toEqual(
    expect.arrayContaining([
      'A second step was added to your Gatehouse account',
      'A second step was removed from your Gatehouse account',
    ]),
  )
  const { rows } = await house.cells
    .get('us-1')
    .pool.query(`select metadata->>'change' as change from activity_events where user_id = $1 order by id`, [
      person.userId,
    ])
  expect(rows.map(({ change }) => change)).toEqual(expect.arrayContaining(['totp_added', 'totp_removed']))
})

test('a sign-in that waits for a second factor cannot be finished with a code of somebody else', async () => {
  const [one, other] = [await aPerson(house), await aPerson(house)]
  const [, foreign] = [await aTotp(house, one), await aTotp(house, other)]
  expect((await verify(await pendingBrowser(one), await foreign.code())).statusCode).toBe(400)
})

test('no store holds the secret of an app, nor does the log', async () => {
  const { secret } = await aTotp(house, await aPerson(house))
  expect(await holdersOf(house, secret)).toEqual([])
  expect(house.logged()).not.toContain(secret)
})
