import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser, codeFor, cookiesOf, password, wrongCode } from '../../../../test/browser.ts'
import { dumpAll, holdersOf } from '../../../../test/dump.ts'
import { aPerson } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

let made = 0
const anAddress = () => `newcomer-${++made}@personal.example`

/** A browser that has just been mailed a code. */
const aSignUp = async (email = anAddress()) => {
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-up', { email, password })
  const verify = (code: string, headers = {}) => browser.call('POST', '/api/auth/verify', { code }, headers)
  const resend = (headers = {}) => browser.call('POST', '/api/auth/verify/resend', undefined, headers)
  return { ...browser, email, verify, resend, code: () => codeFor(house, email) }
}

const invalidCode = { error: 'Invalid or expired code', code: 'VALIDATION_ERROR', reason: 'invalid_code' }
const noSignUp = {
  ...invalidCode,
  error: 'Your sign-up has expired or was started in another browser. Sign up again',
}

test('somebody signs up, proves the address, chooses a region and is signed in', async () => {
  const browser = aBrowser(house)
  const email = 'Whole.Journey@Personal.Example'
  const started = await browser.call('POST', '/api/auth/sign-up', { email, password })
  expect([started.statusCode, started.json()]).toEqual([202, { next: 'verify' }])
  expect((await browser.call('GET', '/api/auth/sign-up')).json()).toMatchObject({
    email: 'whole.journey@personal.example',
    next: 'verify',
    resendAt: '2026-03-02T09:01:00.000Z',
  })
  const verified = await browser.call('POST', '/api/auth/verify', {
    code: codeFor(house, 'whole.journey@personal.example'),
  })
  expect([verified.statusCode, verified.json()]).toEqual([200, { next: 'onboarding' }])
  expect((await browser.call('GET', '/api/auth/sign-up')).json().next).toBe('onboarding')
  expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(401)
  const done = await browser.call('POST', '/api/onboarding', {
    username: 'whole-journey',
    displayName: ' Whole Journey ',
    company: 'Acme',
    useCase: 'Agriculture',
    region: 'eu',
  })
  expect(done.statusCode).toBe(201)
  const { user } = done.json()
  expect(done.json()).toEqual({
    user: {
      id: expect.stringMatching(/^user_[0-9a-f]{24}$/),
      username: 'whole-journey',
      displayName: 'Whole Journey',
    },
    workspace: {
      id: user.id,
      username: 'whole-journey',
      displayName: 'Whole Journey',
      accountType: 'personal',
      plan: 'free',
      region: 'eu',
    },
  })
  expect((await browser.call('GET', '/api/auth/me')).json()).toMatchObject({
    user: { ...user, email: 'whole.journey@personal.example' },
    workspace: { username: 'whole-journey', role: 'owner', region: 'eu' },
  })
  expect((await browser.call('GET', '/api/settings')).json()).toMatchObject({
    company: 'Acme',
    useCase: 'Agriculture',
  })
  expect((await browser.call('GET', '/api/auth/sign-up')).statusCode).toBe(401)
  const { events } = (await browser.call('GET', '/api/activity')).json()
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ resourceType: 'onboarding', action: 'completed', userId: user.id })
  const later = aBrowser(house)
  const signedIn = await later.call('POST', '/api/auth/sign-in', { email, password })
  expect([signedIn.statusCode, signedIn.json()]).toEqual([200, { next: 'home' }])
})

test('a known address gets the same answer and a cookie of the same shape, and a notice instead of a code', async () => {
  const known = await aPerson(house, { email: 'known-address@personal.example' })
  const unknown = 'other-address@personal.example'
  const replies = await Promise.all(
    [known.email, unknown].map((email, n) =>
      aBrowser(house, { ip: `10.1.1.${n}` }).call('POST', '/api/auth/sign-up', { email, password }),
    ),
  )
  const [one, two] = replies.map((reply) => {
    const { 'x-request-id': _id, 'set-cookie': _cookie, date: _date, ...headers } = reply.headers
    const [line = ''] = cookiesOf(reply).lines
    const [pair = '', ...flags] = line.split('; ')
    return {
      status: reply.statusCode,
      body: reply.body,
      headers,
      name: pair.split('=')[0],
      length: pair.length,
      flags,
    }
  })
  // The two addresses are equally long, so the cookies have to be as well.
  expect(known.email).toHaveLength(unknown.length)
  expect(one).toEqual(two)
  expect(house.mailbox.list(known.email)).toHaveLength(1)
  const [notice] = house.mailbox.list(known.email)
  expect(notice?.subject).toBe('You already have a Gatehouse account')
  expect(notice?.text).not.toMatch(/\d{6}/)
  expect(house.mailbox.list(unknown)[0]?.text).toMatch(/\b\d{6}\b/)
})

test('a known address is told nothing else by wrong codes, a resend or the state of the sign-up', async () => {
  const known = await aPerson(house, { email: 'known-too@personal.example' })
  const seen = async (email: string) => {
    const signUp = await aSignUp(email)
    const { requestId: _one, ...wrong } = (await signUp.verify('000000')).json()
    const { requestId: _two, ...early } = (await signUp.resend()).json()
    const { email: _email, ...state } = (await signUp.call('GET', '/api/auth/sign-up')).json()
    return { wrong, early, state }
  }
  expect(await seen(known.email)).toEqual(await seen(anAddress()))
  house.clock.advance(61)
  const again = await aSignUp(known.email)
  house.clock.advance(61)
  expect((await again.resend()).statusCode).toBe(200)
  expect(house.mailbox.list(known.email).every(({ text }) => !/\d{6}/.test(text))).toBe(true)
})

test('no store holds anything of a person before onboarding ends', async () => {
  const signUp = await aSignUp('nobody.yet@personal.example')
  await signUp.verify(wrongCode(signUp.code()))
  house.clock.advance(61)
  await signUp.resend()
  await signUp.verify(signUp.code())
  await signUp.call('GET', '/api/username/check?username=nobody-yet-name')
  await signUp.call('POST', '/api/onboarding', {
    username: 'nobody-yet-name',
    displayName: 'Nobody Yet',
    region: 'us',
    promoCode: 'NOTHING',
  })
  await house.runJobs()
  expect(await holdersOf(house, signUp.email, 'nobody-yet-name', 'Nobody Yet', password)).toEqual([])
})

test("a code mail's plain text has the code as its only stand-alone six-digit number", async () => {
  for (let n = 0; n < 5; n++) {
    const { email } = await aSignUp()
    const [mail] = house.mailbox.list(email)
    expect(mail?.text.match(/(?<!\d)\d{6}(?!\d)/g)).toHaveLength(1)
    expect(mail?.text.match(/\b\d{6}\b/g)).toHaveLength(1)
    expect(mail?.html).toContain(`http://localhost:3000/verify?code=${codeFor(house, email)}`)
    expect(mail?.subject).not.toMatch(/\d/)
  }
})

test('a code is good for ten minutes', async () => {
  const [intime, late] = [await aSignUp(), await aSignUp()]
  house.clock.advance(599)
  expect((await intime.verify(intime.code())).statusCode).toBe(200)
  house.clock.advance(1)
  const refused = await late.verify(late.code())
  expect(refused.statusCode).toBe(400)
  expect(refused.json()).toMatchObject(invalidCode)
})

test('after five wrong tries the right code is refused, and a fresh one works', async () => {
  const signUp = await aSignUp()
  for (let n = 1; n <= 5; n++)
    expect((await signUp.verify(wrongCode(signUp.code(), n))).json()).toMatchObject(invalidCode)
  expect((await signUp.verify(signUp.code())).statusCode).toBe(400)
  house.clock.advance(60)
  await signUp.resend()
  expect((await signUp.verify(signUp.code())).statusCode).toBe(200)
})

test('the fifth try may still be the right one', async () => {
  const signUp = await aSignUp()
  for (let n = 1; n <= 4; n++) await signUp.verify(wrongCode(signUp.code(), n))
  expect((await signUp.verify(signUp.code())).statusCode).toBe(200)
})

test('wrong tries made at once share one count', async () => {
  const signUp = await aSignUp()
  await Promise.all(Array.from({ length: 30 }, (_, n) => signUp.verify(wrongCode(signUp.code(), n + 1))))
  expect((await signUp.verify(signUp.code())).statusCode).toBe(400)
  const { rows } = await house.directory.database.pool.query('select max(attempts) as attempts from sign_ups')
  expect(rows[0].attempts).toBe(5)
})

test('a code is used once, also by many at once', async () => {
  const signUp = await aSignUp()
  const cookie = signUp.cookies()
  const code = signUp.code()
  const replies = await Promise.all(Array.from({ length: 5 }, () => signUp.verify(code, { cookie })))
  expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 400, 400, 400, 400])
  expect((await signUp.verify(code, { cookie })).json()).toMatchObject(invalidCode)
})

test('a resend replaces the code, at most once a minute', async () => {
  const signUp = await aSignUp()
  const first = { code: signUp.code(), cookie: signUp.cookies() }
  house.clock.advance(40)
  const early = await signUp.resend()
  expect(early.statusCode).toBe(429)
  expect(early.json()).toMatchObject({ reason: 'code_sent_recently', code: 'RATE_LIMITED', retryAfter: 20 })
  expect(early.headers['retry-after']).toBe('20')
  house.clock.advance(20)
  const sent = await signUp.resend()
  expect(sent.statusCode).toBe(200)
  expect(sent.json()).toEqual({
    next: 'verify',
    resendAt: new Date(house.clock.now().getTime() + 60_000).toISOString(),
  })
  expect(house.mailbox.list(signUp.email)).toHaveLength(2)
  const second = signUp.code()
  const refusals = [
    await signUp.verify(first.code === second ? wrongCode(second) : first.code),
    await signUp.verify(first.code, { cookie: first.cookie }),
    await signUp.verify(second, { cookie: first.cookie }),
  ]
  expect(refusals.map((reply) => reply.statusCode)).toEqual([400, 400, 400])
  expect((await signUp.verify(second)).statusCode).toBe(200)
})

test('of two resends at once one mails', async () => {
  const signUp = await aSignUp()
  house.clock.advance(60)
  const replies = await Promise.all([1, 2, 3].map(() => signUp.resend()))
  expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 429, 429])
  expect(house.mailbox.list(signUp.email)).toHaveLength(2)
})

test('a sign-up gets ten codes and then has to begin anew', async () => {
  const signUp = await aSignUp()
  for (let n = 2; n <= 10; n++) {
    house.clock.advance(60)
    expect((await signUp.resend()).statusCode).toBe(200)
  }
  house.clock.advance(60)
  const over = await signUp.resend()
  expect(over.statusCode).toBe(401)
  expect(over.json().reason).toBe('sign_up_not_started')
})

test('a code for one sign-up verifies no other, also of the same address', async () => {
  const [mine, other] = [await aSignUp(), await aSignUp()]
  const code = mine.code() === other.code() ? wrongCode(other.code()) : mine.code()
  expect((await other.verify(code)).statusCode).toBe(400)
  const again = await aSignUp(mine.email)
  if (code !== again.code()) expect((await again.verify(code)).statusCode).toBe(400)
  expect((await again.verify(again.code())).statusCode).toBe(200)
})

test('without its cookie, or with a forged, moved or lapsed one, there is no sign-up', async () => {
  const signUp = await aSignUp()
  const value = signUp.cookies().split('=')[1] ?? ''
  const flipped = Buffer.from(value, 'base64url')
  flipped[40]! ^= 1
  const stranger = aBrowser(house)
  for (const cookie of [
    '',
    'gatehouse_sign_up=',
    'gatehouse_sign_up=nonsense',
    `gatehouse_sign_up=${flipped.toString('base64url')}`,
    `gatehouse_sign_up=${'A'.repeat(5000)}`,
    `gatehouse_session=${value}`,
  ]) {
    const reply = await stranger.call('POST', '/api/auth/verify', { code: signUp.code() }, { cookie })
    expect(reply.statusCode, cookie.slice(0, 60)).toBe(400)
    expect(reply.json()).toMatchObject(noSignUp)
    for (const [method, url] of [
      ['GET', '/api/auth/sign-up'],
      ['POST', '/api/auth/verify/resend'],
    ] as const) {
      const other = await stranger.call(method, url, undefined, { cookie })
      expect([other.statusCode, other.json().reason], url).toEqual([401, 'sign_up_not_started'])
    }
  }
  house.clock.advance(24 * 3600)
  expect((await signUp.verify(signUp.code())).json()).toMatchObject(noSignUp)
  expect((await signUp.resend()).statusCode).toBe(401)
})

test.each([
  [{ email: 'not an address', password }, 'email'],
  [{ email: 'a@personal.example', password: 'too short' }, 'password'],
  [{ email: 'a@personal.example', password: 'x'.repeat(129) }, 'password'],
  [{ email: 'a@personal.example' }, 'password'],
])('a sign-up with %j is refused for its %s', async (body, field) => {
  const reply = await aBrowser(house).call('POST', '/api/auth/sign-up', body)
  expect(reply.statusCode).toBe(400)
  expect(reply.json()).toMatchObject({ code: 'VALIDATION_ERROR', issues: [{ path: field }] })
  expect(reply.headers['set-cookie']).toBeUndefined()
})

test('an unknown field is refused, and so is a code that is not six digits', async () => {
  const signUp = await aSignUp()
  const extra = await signUp.call('POST', '/api/auth/sign-up', { email: anAddress(), password, admin: true })
  expect(extra.statusCode).toBe(400)
  for (const code of ['12345', '1234567', 'abcdef', '', '١٢٣٤٥٦'])
    expect((await signUp.verify(code)).json()).toMatchObject({ reason: 'invalid_request' })
  expect((await signUp.verify(` ${signUp.code()} `)).statusCode).toBe(200)
})

test('when the mail cannot be handed over the sign-up says so and keeps nothing of the address', async () => {
  const broken = await startTestHouse({
    mail: {
      kind: 'smtp',
      async send() {
        throw new Error('refused for unlucky@personal.example')
      },
      async close() {},
    },
  })
  const reply = await aBrowser(broken).call('POST', '/api/auth/sign-up', {
    email: 'unlucky@personal.example',
    password,
  })
  expect(reply.statusCode).toBe(503)
  expect(reply.json()).toMatchObject({ reason: 'mail_unavailable', retryAfter: 30 })
  expect(reply.headers['set-cookie']).toBeUndefined()
  expect(broken.logged()).not.toContain('unlucky')
  expect(await holdersOf(broken, 'unlucky@personal.example')).toEqual([])
  await broken.stop()
})

test('lapsed sign-ups are swept away', async () => {
  const before = await aSignUp()
  house.clock.advance(25 * 3600)
  const after = await aSignUp()
  await house.runSchedules()
  const { rows } = await house.directory.database.pool.query('select expires_at from sign_ups')
  expect(rows).toHaveLength(1)
  expect((await after.verify(after.code())).statusCode).toBe(200)
  expect((await before.verify(before.code())).statusCode).toBe(400)
  expect(Object.values(await dumpAll(house)).join('')).not.toContain(before.email)
})

test('a code that cannot be sent again leaves the earlier one good', async () => {
  const email = 'ten.mails@personal.example'
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-up', { email, password })
  const code = codeFor(house, email)
  for (let n = 0; n < 9; n++) await aBrowser(house).call('POST', '/api/auth/sign-up', { email, password })
  house.clock.advance(61)
  const refused = await browser.call('POST', '/api/auth/verify/resend')
  expect([refused.statusCode, refused.json().reason]).toEqual([429, 'too_many_mails'])
  expect((await browser.call('POST', '/api/auth/verify', { code })).statusCode).toBe(200)
})
