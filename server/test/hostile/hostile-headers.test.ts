import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey, aPerson, aStranger, type KeyHolder, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { operationsOf } from './fields.ts'
import { startHostileHouse } from './house.ts'
import { addressOf, expectNothingStored, expectRefused, faultOf, methodOf, nameOf } from './refused.ts'
import { hostileRoutes } from './routes.ts'
import { basesOf } from './row.ts'
import { toJson } from './values.ts'

/* Credentials, cookies, origins and other headers that are not what they seem. */

let house: TestHouse
let owner: Person
let key: KeyHolder
let signUpCookie: string

beforeAll(async () => {
  house = await startHostileHouse()
  owner = await aPerson(house)
  key = await aKey(house, owner, { scopes: ['read', 'write', 'admin'] })
  const begun = { email: 'newcomer@example.com', password: 'a long enough password' }
  const reply = await aStranger(house)('POST', '/api/auth/sign-up', begun)
  signUpCookie = reply.cookies.find(({ name }) => name === 'gatehouse_sign_up')?.value ?? ''
})
afterAll(() => house.stop())

type Headers = Record<string, string>

const site = 'http://localhost:3000'
const inject = (method: 'GET' | 'POST', url: string, headers: Headers, payload?: object) =>
  house.http.inject({
    method,
    url,
    headers: { host: 'localhost:3000', ...headers },
    ...(payload ? { payload } : {}),
  })

const authorizations = (value: string): Record<string, string> => ({
  empty: '',
  'another scheme': 'Basic dXNlcjpwYXNzd29yZA==',
  'a scheme nobody has': `Token ${value}`,
  'no scheme': value,
  'Bearer and nothing': 'Bearer',
  'Bearer and a space': 'Bearer ',
  'a lower-case bearer with junk': `bearer ${value}junk`,
  'junk behind a space': `Bearer ${value} junk`,
  'two keys': `Bearer ${value}, Bearer ${value}`,
  'two spaces': `Bearer  ${value}`,
  'a tab': `Bearer\t${value}`,
  quotes: `Bearer "${value}"`,
  'a key in capitals': `Bearer ${value.toUpperCase()}`,
  'a key one short': `Bearer ${value.slice(0, -1)}`,
  'a key one long': `Bearer ${value}0`,
  'a key nobody has': `Bearer ul_${'0'.repeat(40)}`,
  'a key of another maker': `Bearer sk_${'0'.repeat(40)}`,
  'a word': 'Bearer null',
  'a word of every object': 'Bearer __proto__',
  'a letter beyond ASCII': `Bearer ul_${'\u00aa'.repeat(40)}`,
  'an attempt at SQL': "Bearer ul_' or '1'='1",
  'far too long': `Bearer ${'ul_'.repeat(3000)}`,
  'a session': `Bearer ${owner.cookie}`,
})

const cookies = (value: string): Record<string, string> => ({
  empty: '',
  'a word': 'x',
  quotes: '""',
  'a word of every object': '__proto__',
  'another name for it': 'us-1',
  'no token': 'us-1.',
  'a token nobody has': `us-1.${'A'.repeat(43)}`,
  'a cell nobody has': `zz-9.${'A'.repeat(43)}`,
  'a cell of too many digits': `us-99999.${'A'.repeat(43)}`,
  'another beginning': `eu-1${value.slice(4)}`,
  'one character less': value.slice(0, -1),
  'one character more': `${value}A`,
  'another last character': value.slice(0, -2) + (value.endsWith('AA') ? 'BB' : 'AA'),
  'another case': value.toUpperCase(),
  'a space inside': `${value.slice(0, 10)} ${value.slice(10)}`,
  'an encoded null byte behind': `${value}%00`,
  'a broken escape': '%',
  'broken UTF-8': '%e0%a4%a',
  'letters beyond ASCII': '\u00ff\u00fe',
  JSON: '{"userId":"1"}',
  'far too long': 'A'.repeat(9000),
})

describe('Authorization', () => {
  test('a malformed one is refused and is never made up for by a session', async () => {
    await expectNothingStored(house, async () => {
      for (const [why, authorization] of Object.entries(authorizations(key.key)))
        for (const cookie of [undefined, `gatehouse_session=${owner.cookie}`])
          for (const url of ['/api/settings', '/api/auth/me', '/api/projects', '/api/api-keys']) {
            const headers = { authorization, ...(cookie ? { cookie } : {}) }
            expect(faultOf(await inject('GET', url, headers), [401]), `${url} ${why}`).toBeUndefined()
          }
    })
  })

  test('on routes that are open it changes nothing', async () => {
    for (const authorization of Object.values(authorizations(key.key)))
      expect((await inject('GET', '/api/instance', { authorization })).statusCode).toBe(200)
  })

  test('the name of the scheme may be written in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect(
        (await inject('GET', '/api/settings', { authorization: `${scheme} ${key.key}` })).statusCode,
      ).toBe(200)
  })
})

test('every guarded route refuses nobody, and somebody else’s idea of a credential', async () => {
  const guarded = new Set(
    operationsOf(house.http).flatMap(({ route, isGuarded }) => (isGuarded ? [route] : [])),
  )
  expect(guarded.size).toBeGreaterThan(10)
  const bases = await basesOf(
    house,
    hostileRoutes.filter(({ route }) => guarded.has(route)),
  )
  const stranger = aStranger(house)
  await expectNothingStored(house, async () => {
    for (const [row, base] of bases)
      for (const headers of [
        {},
        { authorization: 'Basic dTpw' },
        { authorization: 'Bearer ' },
        { cookie: 'gatehouse_session=x' },
        { cookie: `gatehouse_sign_up=${signUpCookie}` },
        { cookie: `gatehouse_second_factor=${signUpCookie}; gatehouse_visit=${signUpCookie}` },
        { cookie: `gatehouse_device=${owner.cookie.slice(5)}` },
        { 'x-api-key': key.key },
        { 'x-forwarded-user': owner.userId },
      ] as Headers[]) {
        const body: Headers = base.body ? { 'content-type': 'application/json' } : {}
        const payload = base.body ? toJson(base.body) : undefined
        const answer = await stranger(methodOf(row), addressOf(row, base), payload, { ...headers, ...body })
        expect(faultOf(answer, [401]), `${nameOf(row)} ${JSON.stringify(headers)}`).toBeUndefined()
      }
  })
})

describe('cookies', () => {
  test('a session cookie that is not ours opens nothing', async () => {
    await expectNothingStored(house, async () => {
      for (const [why, value] of Object.entries(cookies(owner.cookie)))
        expect(
          faultOf(await inject('GET', '/api/auth/me', { cookie: `gatehouse_session=${value}` }), [401]),
          why,
        ).toBeUndefined()
    })
  })

  test('a sign-up cookie that is not ours opens nothing', async () => {
    const tried = {
      ...cookies(signUpCookie),
      'a session': owner.cookie,
      'sealed twice': signUpCookie + signUpCookie,
    }
    await expectNothingStored(house, async () => {
      for (const [why, value] of Object.entries(tried)) {
        const headers = { cookie: `gatehouse_sign_up=${value}`, origin: site }
        expect(faultOf(await inject('GET', '/api/auth/sign-up', headers), [401]), why).toBeUndefined()
        for (const [url, body, status] of [
          ['/api/auth/verify', { code: '123456' }, 400],
          ['/api/auth/verify/resend', undefined, 401],
          ['/api/onboarding', { username: 'newcomer', displayName: 'New', region: 'us' }, 401],
        ] as const)
          expect(faultOf(await inject('POST', url, headers, body), [status]), `${url} ${why}`).toBeUndefined()
      }
    })
  })

  test('a sign-up cookie with any one byte changed is forged', async () => {
    const bytes = Buffer.from(signUpCookie, 'base64url')
    await expectNothingStored(house, async () => {
      for (let at = 0; at < bytes.length; at += 7) {
        const forged = Buffer.from(bytes)
        forged[at] = (forged[at] ?? 0) ^ 1
        const headers = { cookie: `gatehouse_sign_up=${forged.toString('base64url')}` }
        expectRefused(await inject('GET', '/api/auth/sign-up', headers), 401)
      }
    })
  })

  test('a header of cookies that is no list of cookies opens nothing', async () => {
    for (const cookie of [
      ';',
      ';;;;',
      '=',
      '=gatehouse_session',
      'gatehouse_session',
      `gatehouse_session =${owner.cookie}x`,
      `Gatehouse_Session=${owner.cookie}`,
      `__Host-gatehouse_session=${owner.cookie}`,
      `gatehouse_session=x; gatehouse_session=${owner.cookie}`,
      '__proto__=x',
      'constructor=x; toString=y',
      `${'a=b; '.repeat(3000)}`,
    ])
      expect(
        faultOf(await inject('GET', '/api/auth/me', { cookie }), [401]),
        cookie.slice(0, 40),
      ).toBeUndefined()
  })
})

describe('origins', () => {
  const session = () => ({ cookie: `gatehouse_session=${owner.cookie}` })
  const change = { displayName: 'Changed from elsewhere' }

  test('a changing request with a cookie from elsewhere is refused', async () => {
    await expectNothingStored(house, async () => {
      for (const headers of [
        { origin: 'null' },
        { origin: '' },
        { origin: 'http://evil.example' },
        { origin: `${site}.evil.example` },
        { origin: `${site}/` },
        { origin: `${site}, http://evil.example` },
        { origin: 'https://localhost:3000' },
        { origin: 'http://localhost:3001' },
        { origin: 'http://localhost' },
        { origin: 'http://user@localhost:3000' },
        { origin: 'http://127.0.0.1:3000' },
        { origin: 'HTTP://LOCALHOST:3000' },
        { origin: 'http://loc\u00e4lhost:3000' },
        { origin: 'file://' },
        { origin: 'x'.repeat(5000) },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'SAME-ORIGIN' },
        { origin: 'null', 'sec-fetch-site': 'same-origin' },
        { referer: site },
        {},
      ] as Headers[])
        for (const url of ['/api/settings', '/api/api-keys', '/api/auth/sign-out']) {
          const answer = await inject(
            'POST',
            url,
            { ...session(), ...headers },
            url.endsWith('sign-out') ? undefined : change,
          )
          expect(faultOf(answer, [403]), `${url} ${JSON.stringify(headers)}`).toBeUndefined()
        }
    })
  })

  test('a host of somebody else’s does not become ours by being named', async () => {
    await expectNothingStored(house, async () => {
      for (const host of [
        'evil.example',
        'localhost.evil.example',
        'evil.example:3000',
        '127.0.0.1.evil.example',
        'localhost@evil.example',
        'localhost:3000@evil.example',
        'localhost:999999',
        'localhost:3000/x',
        'localhost:3000#x',
        'local\u00adhost:3000',
        '[::1]x',
        '0.0.0.0:3000',
        'x'.repeat(4000),
        '',
      ])
        for (const origin of [`http://${host}`, `https://${host}`]) {
          const answer = await inject('POST', '/api/settings', { ...session(), host, origin }, change)
          expect(faultOf(answer, [403]), host.slice(0, 60)).toBeUndefined()
        }
    })
  })

  test('a key from elsewhere works alone, and not beside a cookie', async () => {
    const headers = { authorization: `Bearer ${key.key}`, origin: 'http://evil.example' }
    expect((await inject('POST', '/api/settings', headers, { company: 'By key' })).statusCode).toBe(200)
    await expectNothingStored(house, async () =>
      expectRefused(await inject('POST', '/api/settings', { ...headers, ...session() }, change), 403),
    )
  })
})

test('headers that other software obeys change nothing here', async () => {
  const session = `gatehouse_session=${owner.cookie}`
  await expectNothingStored(house, async () => {
    for (const headers of [
      { 'x-http-method-override': 'DELETE' },
      { 'x-method-override': 'POST' },
      { 'x-original-url': '/api/auth/sign-out' },
      { 'x-rewrite-url': '/api/auth/sign-out' },
      { 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-for': "1.1.1.1, '; drop table users" },
      { 'x-forwarded-proto': 'gopher' },
      { forwarded: 'for=_hidden;host=evil.example' },
      { range: 'bytes=0-99999999999999' },
      { 'accept-encoding': 'x'.repeat(4000) },
      { accept: '*/*;q=9999' },
      { 'if-none-match': '*' },
      { 'x-request-id': 'mine' },
      { 'user-agent': '\u00ff'.repeat(8000) },
      { 'content-type': 'multipart/form-data' },
      { 'content-length': '0' },
      { upgrade: 'websocket', connection: 'upgrade' },
    ] as Headers[]) {
      const answer = await inject('GET', '/api/auth/me', { cookie: session, ...headers })
      expect(answer.statusCode, JSON.stringify(headers).slice(0, 80)).toBe(200)
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
      expect(answer.body).not.toContain('evil.example')
    }
  })
})

test('a user agent of any length and letters can sign in', async () => {
  const body = { email: owner.email, password: owner.password }
  for (const agent of [
    '',
    '\u00ff'.repeat(8000),
    '<script>alert(1)</script>',
    "'; drop table sessions; --",
    '%00%ff',
  ])
    expect(
      (await inject('POST', '/api/auth/sign-in', { origin: site, 'user-agent': agent }, body)).statusCode,
    ).toBe(200)
})

test('a body that says it is packed is not unpacked', async () => {
  await expectNothingStored(house, async () => {
    for (const encoding of ['gzip', 'br', 'identity, gzip', 'x']) {
      const answer = await house.http.inject({
        method: 'POST',
        url: '/api/auth/sign-in',
        headers: {
          host: 'localhost:3000',
          origin: site,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        payload: Buffer.from('1f8b0800000000000003ab0600432682430200000', 'hex'),
      })
      expectRefused(answer, 400)
    }
  })
})
