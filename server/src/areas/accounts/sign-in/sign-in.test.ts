import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser, cookiesOf } from '../../../../test/browser.ts'
import { holdersOf } from '../../../../test/dump.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { openDatabase } from '../../../cells/database.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const signInAs = (person: Pick<Person, 'email' | 'password'>, browser = aBrowser(house)) =>
  browser.call('POST', '/api/auth/sign-in', { email: person.email, password: person.password })

const isSignedIn = async (cookie: string) =>
  (await aBrowser(house).call('GET', '/api/auth/me', undefined, { cookie })).statusCode === 200

test('the right address and password sign in, however the address is written', async () => {
  const person = await aPerson(house, { region: 'ap', email: 'sign.in@personal.example' })
  const browser = aBrowser(house)
  const reply = await signInAs({ ...person, email: ' Sign.In@Personal.EXAMPLE ' }, browser)
  expect([reply.statusCode, reply.json()]).toEqual([200, { next: 'home' }])
  const me = (await browser.call('GET', '/api/auth/me')).json()
  expect(me.user).toMatchObject({ id: person.userId, email: person.email })
})

test('a password may be typed in either form of Unicode, and has to match in every other way', async () => {
  const browser = aBrowser(house)
  const email = 'unicode@personal.example'
  const composed = 'pässwörd, länger'.normalize('NFC')
  await browser.call('POST', '/api/auth/sign-up', { email, password: composed })
  const code = /\b\d{6}\b/.exec(house.mailbox.list(email)[0]!.text)![0]
  await browser.call('POST', '/api/auth/verify', { code })
  await browser.call('POST', '/api/onboarding', { username: 'unicode', displayName: 'U', region: 'us' })
  expect((await signInAs({ email, password: composed.normalize('NFD') })).statusCode).toBe(200)
  expect((await signInAs({ email, password: composed.toUpperCase() })).statusCode).toBe(401)
  expect((await signInAs({ email, password: `${composed} ` })).statusCode).toBe(401)
})

test('a wrong password, an unknown address and one not yet proved are answered alike', async () => {
  const person = await aPerson(house)
  const pending = aBrowser(house)
  const unproved = { email: 'unproved@personal.example', password: person.password }
  await pending.call('POST', '/api/auth/sign-up', unproved)
  const answers = []
  for (const [n, attempt] of [
    { ...person, password: 'a wrong password' },
    { email: 'unknown@personal.example', password: person.password },
    unproved,
  ].entries()) {
    const reply = await signInAs(attempt, aBrowser(house, { ip: `10.2.2.${n}` }))
    const { requestId, ...body } = reply.json()
    const { 'x-request-id': _id, date: _date, ...headers } = reply.headers
    expect(requestId).toBe(reply.headers['x-request-id'])
    answers.push({ status: reply.statusCode, body, headers })
  }
  expect(answers[0]).toMatchObject({
    status: 401,
    body: { error: 'Invalid email or password', code: 'UNAUTHORIZED', reason: 'invalid_credentials' },
  })
  expect(answers[0]?.headers['set-cookie']).toBeUndefined()
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
})

test('after ten failures an account is locked for that address of the network, for fifteen minutes', async () => {
  const person = await aPerson(house)
  const [here, elsewhere] = [aBrowser(house, { ip: '10.0.0.1' }), aBrowser(house, { ip: '10.0.0.2' })]
  const wrong = { ...person, password: 'a wrong password' }
  for (let n = 0; n < 10; n++) {
    expect((await signInAs(wrong, here)).statusCode).toBe(401)
    house.clock.advance(10)
  }
  const locked = await signInAs(person, here)
  expect(locked.statusCode).toBe(429)
  expect(locked.json()).toMatchObject({ code: 'RATE_LIMITED', reason: 'sign_in_locked', retryAfter: 800 })
  expect(locked.headers['retry-after']).toBe('800')
  expect(locked.json().resetAt).toBe(new Date(house.clock.now().getTime() + 800_000).toISOString())
  expect(locked.headers['x-ratelimit-reset']).toBe(locked.json().resetAt)
  expect((await signInAs(person, elsewhere)).statusCode).toBe(200)
  expect((await signInAs(await aPerson(house), here)).statusCode).toBe(200)
  house.clock.advance(799)
  expect((await signInAs(person, here)).statusCode).toBe(429)
  house.clock.advance(1)
  expect((await signInAs(person, here)).statusCode).toBe(200)
})

test('an unknown address is locked like a known one', async () => {
  const browser = aBrowser(house, { ip: '10.0.0.3' })
  const unknown = { email: 'never.seen@personal.example', password: 'some password' }
  for (let n = 0; n < 10; n++) expect((await signInAs(unknown, browser)).statusCode).toBe(401)
  expect((await signInAs(unknown, browser)).statusCode).toBe(429)
})

test('failures made at once are counted one by one', async () => {
  const person = await aPerson(house)
  const browser = aBrowser(house, { ip: '10.0.0.4' })
  const wrong = { ...person, password: 'a wrong password' }
  const replies = await Promise.all(Array.from({ length: 25 }, () => signInAs(wrong, browser)))
  expect(replies.filter((reply) => reply.statusCode === 401)).toHaveLength(10)
  expect(replies.filter((reply) => reply.statusCode === 429)).toHaveLength(15)
})

test('the right password forgets earlier failures', async () => {
  const person = await aPerson(house)
  const browser = aBrowser(house, { ip: '10.0.0.5' })
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 9; n++) await signInAs({ ...person, password: 'a wrong password' }, browser)
    expect((await signInAs(person, browser)).statusCode).toBe(200)
  }
})

test('signing in replaces the session that was there', async () => {
  const person = await aPerson(house)
  const browser = aBrowser(house)
  await signInAs(person, browser)
  const first = browser.cookies()
  await signInAs(person, browser)
  expect(browser.cookies()).not.toBe(first)
  expect([await isSignedIn(first), await isSignedIn(browser.cookies())]).toEqual([false, true])
})

test('a failed sign-in leaves the session that was there', async () => {
  const person = await aPerson(house)
  const browser = aBrowser(house)
  await signInAs(person, browser)
  await signInAs({ ...person, password: 'a wrong password' }, browser)
  expect(await isSignedIn(browser.cookies())).toBe(true)
})

test('sessions in two browsers live side by side, and signing out ends one of them', async () => {
  const person = await aPerson(house)
  const [one, two] = [aBrowser(house), aBrowser(house)]
  await signInAs(person, one)
  await signInAs(person, two)
  const ended = one.cookies()
  const out = await one.call('POST', '/api/auth/sign-out')
  expect([out.statusCode, out.json()]).toEqual([200, { success: true }])
  expect(one.cookies()).toMatch(/^gatehouse_device=[^;]+$/)
  expect([await isSignedIn(ended), await isSignedIn(two.cookies())]).toEqual([false, true])
  expect((await one.call('POST', '/api/auth/sign-out')).statusCode).toBe(200)
})

test('a session ends after 24 hours without use', async () => {
  const browser = aBrowser(house)
  await signInAs(await aPerson(house), browser)
  house.clock.advance(24 * 3600 - 1)
  expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(200)
  house.clock.advance(24 * 3600 - 1)
  expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(200)
  house.clock.advance(24 * 3600)
  const over = await browser.call('GET', '/api/auth/me')
  expect(over.statusCode).toBe(401)
  expect(over.json()).toMatchObject({ error: 'Authentication required', reason: 'authentication_required' })
})

test.each([59, 20, 2])(
  'somebody active stays signed in when %d idle seconds are allowed',
  async (seconds) => {
    const strict = await startTestHouse({ config: { sessionIdleSeconds: seconds } })
    const { call } = await aPerson(strict)
    for (let n = 0; n < 12; n++) {
      strict.clock.advance(seconds * 0.6)
      expect((await call('GET', '/api/auth/me')).statusCode).toBe(200)
    }
    strict.clock.advance(seconds)
    expect((await call('GET', '/api/auth/me')).statusCode).toBe(401)
    await strict.stop()
  },
)

test('a session ends after 30 days, however busy it was', async () => {
  const browser = aBrowser(house)
  await signInAs(await aPerson(house), browser)
  const { session } = (await browser.call('GET', '/api/auth/me')).json()
  expect(new Date(session.expiresAt).getTime() - new Date(session.createdAt).getTime()).toBe(
    30 * 24 * 3600_000,
  )
  for (let halfDays = 1; halfDays < 60; halfDays++) {
    house.clock.advance(12 * 3600)
    expect((await browser.call('GET', '/api/auth/me')).statusCode, `after ${halfDays / 2} days`).toBe(200)
  }
  house.clock.advance(12 * 3600)
  expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(401)
  house.clock.advance(1)
  await house.runSchedules()
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select id from sessions where expires_at <= $1', [house.clock.now()])
  expect(rows).toEqual([])
})

test('lapsed sessions and links are swept in every region that answers', async () => {
  const far = await aPerson(house, { region: 'ap' })
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: far.email })
  await house.runJobs()
  house.clock.advance(25 * 3600)
  const near = house.cells.get('us-1')
  const { db, pool } = near
  Object.assign(
    near,
    openDatabase('postgres://nobody@127.0.0.1:1/none', () => {}),
  )
  try {
    await house.runSchedules()
  } finally {
    Object.assign(near, { db, pool })
  }
  for (const table of ['sessions', 'password_resets']) {
    const left = `select id from ${table} where user_id = $1`
    const gone = async () => (await house.cells.get('ap-1').pool.query(left, [far.userId])).rowCount
    await expect.poll(gone, { message: table }).toBe(0)
  }
})

test('a request of a session costs no write within the minute', async () => {
  const browser = aBrowser(house)
  const person = await aPerson(house)
  await signInAs(person, browser)
  const version = async () =>
    (
      await house.cells
        .get('us-1')
        .pool.query('select xmin::text, last_active_at from sessions where user_id = $1 order by id', [
          person.userId,
        ])
    ).rows
  const before = await version()
  house.clock.advance(59)
  for (let n = 0; n < 5; n++) await browser.call('GET', '/api/auth/me')
  expect(await version()).toEqual(before)
  house.clock.advance(2)
  await browser.call('GET', '/api/auth/me')
  expect(await version()).not.toEqual(before)
})

test.each([
  ['us-1.'],
  ['xx-9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['us-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ["us-1.' or true --"],
  ['nonsense'],
])('the made-up session %s is nobody', async (value) => {
  expect(await isSignedIn(`gatehouse_session=${encodeURIComponent(value)}`)).toBe(false)
})

test('a session token of one cell does not open another, and no store holds the token', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const token = person.cookie.split('.')[1]!
  expect(await isSignedIn(`gatehouse_session=eu-1.${token}`)).toBe(true)
  expect(await isSignedIn(`gatehouse_session=us-1.${token}`)).toBe(false)
  expect(await holdersOf(house, token)).toEqual([])
})

test('on plain HTTP the session cookie is HttpOnly and SameSite=Lax, without Secure or prefix', async () => {
  const { lines } = cookiesOf(await signInAs(await aPerson(house)))
  expect(lines.map((line) => line.split('=')[0])).toEqual(['gatehouse_session', 'gatehouse_device'])
  const [pair, ...flags] = lines[0]!.split('; ')
  expect(pair).toMatch(/^gatehouse_session=us-1\.[A-Za-z0-9_-]{43}$/)
  expect(flags.sort()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax'])
})

test('when PUBLIC_URL is https all cookies are Secure and carry the __Host- prefix', async () => {
  const publicUrl = 'https://gate.example.com'
  const secure = await startTestHouse({ config: { publicUrl } })
  const browser = aBrowser(secure, { origin: publicUrl })
  const email = 'secure@personal.example'
  const started = await browser.call('POST', '/api/auth/sign-up', { email, password: 'long enough password' })
  const mail = secure.mailbox.list(email)[0]!
  expect(mail.html).toContain(`${publicUrl}/verify?code=`)
  const code = /\b\d{6}\b/.exec(mail.text)![0]
  await browser.call('POST', '/api/auth/verify', { code })
  const done = await browser.call('POST', '/api/onboarding', {
    username: 'secured',
    displayName: 'S',
    region: 'us',
  })
  expect(done.statusCode).toBe(201)
  for (const line of [...cookiesOf(started).lines, ...cookiesOf(done).lines]) {
    expect(line).toMatch(/^__Host-gatehouse_(session|sign_up|device)=/)
    expect(line.split('; ')).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']))
    expect(line).not.toContain('Domain')
  }
  expect(done.headers['strict-transport-security']).toMatch(/^max-age=\d+/)
  expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(200)
  const plainName = browser.cookies().replace('__Host-', '')
  expect((await browser.call('GET', '/api/auth/me', undefined, { cookie: plainName })).statusCode).toBe(401)
  await secure.stop()
})
