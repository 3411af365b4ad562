import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { Authenticator } from '../../../../test/authenticator.ts'
import { aBrowser, wrongCode } from '../../../../test/browser.ts'
import { holdersOf } from '../../../../test/dump.ts'
import { aPasskey, aTotp, passkeyOptions, passPassword, totpOf } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

const signedIn = async (person: Person, options: Parameters<typeof aBrowser>[1] = {}) => {
  const browser = aBrowser(house, options)
  await passPassword(person, browser)
  return browser
}

type Listed = { id: string; current: boolean } & Record<string, unknown>
const list = async ({ call }: Pick<Person, 'call'>): Promise<Listed[]> =>
  (await call('GET', '/api/auth/sessions')).json().sessions

const status = async ({ call }: Pick<Person, 'call'>) => (await call('GET', '/api/auth/me')).statusCode

test('the list tells of each session which device, browser and address it has and how it was opened', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const passkey = await aPasskey(person)
  house.clock.advance(60)
  const desk = await signedIn(person, { userAgent: firefox, ip: '203.0.113.7' })
  await desk.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  house.clock.advance(60)
  const phone = aBrowser(house, { userAgent: iphone, ip: '2001:db8::7' })
  await phone.call('POST', '/api/auth/factors/passkeys/sign-in', { credential: await passkey.assert() })
  const at = house.clock.now().getTime()
  const [first, second, third, ...more] = await list(phone)
  expect(more).toEqual([])
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    current: true,
    device: 'phone',
    browser: 'Safari 18',
    os: expect.stringContaining('iOS'),
    ip: '2001:db8::7',
    methods: ['passkey'],
    createdAt: new Date(at).toISOString(),
    lastActiveAt: new Date(at).toISOString(),
    expiresAt: new Date(at + 30 * 24 * 3600_000).toISOString(),
  })
  expect(second).toMatchObject({
    current: false,
    device: 'desktop',
    browser: 'Firefox 145',
    ip: '203.0.113.7',
    methods: ['password', 'second-factor'],
    lastActiveAt: new Date(at - 60_000).toISOString(),
  })
  expect(third).toMatchObject({ current: false, methods: ['password', 'second-factor'] })
})

test('the most recently active session comes first, and lapsed ones are not listed', async () => {
  const person = await aPerson(house)
  const [one, two] = [await signedIn(person), await signedIn(person)]
  await person.call('POST', '/api/auth/sign-out')
  const idOf = async (browser: typeof one) => (await list(browser)).find(({ current }) => current)!.id
  const [first, second] = [await idOf(one), await idOf(two)]
  for (const [browser, expected] of [
    [one, [first, second]],
    [two, [second, first]],
    [one, [first, second]],
  ] as const) {
    house.clock.advance(120)
    await browser.call('GET', '/api/auth/me')
    expect((await list(browser)).map(({ id }) => id)).toEqual(expected)
  }
  house.clock.advance(24 * 3600 - 100)
  await one.call('GET', '/api/auth/me')
  expect((await list(one)).map(({ id }) => id)).toEqual([first])
})

test('a session that is revoked ends at once, and no other', async () => {
  const person = await aPerson(house)
  const [lost, kept] = [await signedIn(person), await signedIn(person)]
  const { id } = (await list(lost)).find(({ current }) => current)!
  const reply = await kept.call('DELETE', `/api/auth/sessions/${id}`)
  expect([reply.statusCode, reply.json()]).toMatchObject([200, { success: true }])
  expect([await status(lost), await status(kept), await status(person)]).toEqual([401, 200, 200])
  const again = await kept.call('DELETE', `/api/auth/sessions/${id}`)
  expect([again.statusCode, again.json().reason]).toEqual([404, 'session_not_found'])
})

test('revoking the session that asks signs this browser out', async () => {
  const person = await aPerson(house)
  const browser = await signedIn(person)
  const { id } = (await list(browser)).find(({ current }) => current)!
  expect((await browser.call('DELETE', `/api/auth/sessions/${id}`)).statusCode).toBe(200)
  expect(browser.cookies()).not.toContain('gatehouse_session')
  expect(await status(person)).toBe(200)
})

test('all other sessions end together, and the feed tells how many', async () => {
  const person = await aPerson(house)
  const others = [await signedIn(person), await signedIn(person), await signedIn(person)]
  const stranger = await aPerson(house)
  const reply = await person.call('DELETE', '/api/auth/sessions')
  expect(reply.json()).toMatchObject({ success: true, ended: 3 })
  expect(await Promise.all(others.map(status))).toEqual([401, 401, 401])
  expect([await status(person), await status(stranger)]).toEqual([200, 200])
  expect((await person.call('DELETE', '/api/auth/sessions')).json().ended).toBe(0)
  const { rows } = await house.cells.get('us-1').pool.query(
    `select metadata->'count' as count from activity_events
     where user_id = $1 and metadata->>'change' = 'sessions_revoked'`,
    [person.userId],
  )
  expect(rows).toEqual([{ count: 3 }])
})

test("somebody else's session looks missing, and lives on", async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const [{ id } = { id: '' }] = await list(other)
  const foreign = (await person.call('DELETE', `/api/auth/sessions/${id}`)).json()
  const missing = (await person.call('DELETE', '/api/auth/sessions/000000000000000000000000')).json()
  expect({ ...foreign, requestId: '' }).toEqual({ ...missing, requestId: '' })
  expect(await status(other)).toBe(200)
})

test('of many revocations at once one is heard and told', async () => {
  const person = await aPerson(house)
  const [{ id }] = (await list(await signedIn(person))).filter(({ current }) => current) as [Listed]
  const replies = await atOnce(12, () => person.call('DELETE', `/api/auth/sessions/${id}`))
  expect(tally(replies)).toEqual({ 200: 1, 404: 11 })
})

test.each([
  'GET /api/auth/sessions',
  'DELETE /api/auth/sessions',
  'DELETE /api/auth/sessions/0123456789abcdef01234567',
])('%s is for a signed-in person alone', async (route) => {
  const [method, url] = route.split(' ') as ['GET', string]
  expect((await aBrowser(house).call(method, url)).statusCode).toBe(401)
  const { key } = (await (await aPerson(house)).call('POST', '/api/api-keys', {})).json()
  const byKey = await aBrowser(house).call(method, url, undefined, { authorization: `Bearer ${key}` })
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
})

type Change = (person: Person) => Promise<{ statusCode: number }>
const changes: [string, Change][] = [
  [
    'confirming that it is you',
    ({ call, password }) => call('POST', '/api/auth/reauthenticate', { password }),
  ],
  [
    'another password',
    ({ call, password }) =>
      call('POST', '/api/auth/password', { currentPassword: password, newPassword: 'a longer pass phrase' }),
  ],
  [
    'a new authenticator app',
    async ({ call }) => {
      const { secret } = (await call('POST', '/api/auth/factors/totp')).json()
      return call('POST', '/api/auth/factors/totp/confirm', { code: await totpOf(house, secret)() })
    },
  ],
  [
    'a new passkey',
    async ({ call }) => {
      const credential = new Authenticator().create(await passkeyOptions(call))
      return call('POST', '/api/auth/factors/passkeys', { credential })
    },
  ],
  [
    'removing the authenticator app',
    async (person) => {
      await aTotp(house, person)
      return person.call('DELETE', '/api/auth/factors/totp')
    },
  ],
  [
    'removing a passkey',
    async (person) => {
      const { id } = await aPasskey(person)
      return person.call('DELETE', `/api/auth/factors/passkeys/${id}`)
    },
  ],
]

test.each(changes)(
  '%s gives the session another token, and the one before is dead at once',
  async (_what, change) => {
    const person = await aPerson(house)
    let before = ''
    const watched: Person = {
      ...person,
      call: (...request) => {
        before = person.cookie
        return person.call(...request)
      },
    }
    expect((await change(watched)).statusCode).toBeLessThan(300)
    expect(person.cookie).not.toBe(before)
    const cookie = `gatehouse_session=${before}`
    const dead = await aBrowser(house).call('GET', '/api/auth/me', undefined, { cookie })
    expect([dead.statusCode, await status(person)]).toEqual([401, 200])
    expect(await list(person)).toHaveLength(1)
  },
)

test('a refused proof leaves the token as it was', async () => {
  const person = await aPerson(house)
  const before = person.cookie
  await person.call('POST', '/api/auth/reauthenticate', { password: 'a wrong password' })
  const { secret } = (await person.call('POST', '/api/auth/factors/totp')).json()
  const code = wrongCode(await totpOf(house, secret)())
  await person.call('POST', '/api/auth/factors/totp/confirm', { code })
  expect([person.cookie, await status(person)]).toEqual([before, 200])
})

test('no store and no log holds the address or the browser of a session in plain text', async () => {
  await signedIn(await aPerson(house), { userAgent: 'Unmistakable/47.11', ip: '203.0.113.211' })
  expect(await holdersOf(house, 'Unmistakable/47.11', '203.0.113.211')).toEqual([])
  expect(house.logged()).not.toMatch(/Unmistakable|203\.0\.113\.211/)
})
