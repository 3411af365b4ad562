import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../test/browser.ts'
import { aKey, aPerson, aStranger, type KeyHolder, type Person, sendEvent } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { type Database, openDatabase } from '../cells/database.ts'
import { anyone, bySession } from './access.ts'

let house: TestHouse
let person: Person
let key: KeyHolder

const secretOfFault = 'postgres://admin:hunter22@db failed for "someone@personal.example"\n    at hunter22'
const open = { access: anyone('a test'), rate: 'unlimited' } as const

beforeAll(async () => {
  house = await startTestHouse({
    extend(http) {
      http.get('/api/test/fault', { config: open }, async () => {
        throw Object.assign(new Error(secretOfFault), { detail: 'hunter22' })
      })
      http.get('/api/test/odd', { config: open }, async () => {
        throw 'hunter22'
      })
      http.get(
        '/api/test/slow',
        { config: { access: bySession('workspace.view'), rate: 'session' } },
        async () => ({}),
      )
    },
  })
  person = await aPerson(house)
  key = await aKey(house, person)
})
afterAll(() => house.stop())

test.each<[string, (path: string) => Parameters<typeof startTestHouse>[0]]>([
  ['at all', (path) => ({ extend: (http) => void http.get(path, async () => ({})) })],
  [
    'with its access only',
    (path) => ({
      extend: (http) => void http.get(path, { config: { access: open.access } }, async () => ({})),
    }),
  ],
  [
    'with its rate only',
    (path) => ({ extend: (http) => void http.post(path, { config: { rate: 'default' } }, async () => ({})) }),
  ],
  [
    'inside a plugin',
    (path) => ({
      extend: (http) => void http.register(async (inner) => void inner.get(path, async () => ({}))),
    }),
  ],
])('a route that is not declared %s stops the start, with its name', async (_how, options) => {
  await expect(startTestHouse(options('/api/test/undeclared'))).rejects.toThrow(
    /\/api\/test\/undeclared does not declare its access and rate category/,
  )
})

type Operation = { security?: Record<string, unknown>[]; method: string; url: string }

const operations = (): Operation[] => {
  const { paths } = house.http.swagger() as { paths: Record<string, Record<string, { security?: object[] }>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      url: path.replace(/\{\w+\}/g, '000000000000000000000000'),
      security: security as Record<string, unknown>[],
    })),
  )
}
const takes = (operation: Operation, scheme: string) => operation.security?.some((one) => scheme in one)
const isOpen = ({ security }: Operation) =>
  !security?.length || security.some((one) => Object.keys(one).length === 0)

test('every route that is not open to the world turns a stranger away with 401', async () => {
  const guarded = operations().filter((operation) => !isOpen(operation))
  expect(guarded.length).toBeGreaterThan(12)
  for (const { method, url } of guarded) {
    const reply = await aStranger(house)(method as 'GET', url)
    expect(reply.statusCode, `${method} ${url}`).toBe(401)
  }
})

test('a live key on a route for sessions only is told 403, never 401', async () => {
  const sessionOnly = operations().filter((one) => takes(one, 'session') && !takes(one, 'apiKey'))
  expect(sessionOnly.map(({ method, url }) => `${method} ${url}`)).toEqual(
    expect.arrayContaining(['GET /api/auth/me', 'GET /api/activity', 'POST /api/activity/archive']),
  )
  for (const { method, url } of sessionOnly) {
    const reply = await key.call(method as 'GET', url)
    expect([reply.statusCode, reply.json().reason], `${method} ${url}`).toEqual([403, 'session_only'])
  }
})

test('a live key on the ways to an account is told 403, never 401, and a dead one is as good as none', async () => {
  const { email, password } = person
  const credentials = { email, password }
  const ways = [
    ['/api/auth/sign-up', credentials],
    ['/api/auth/verify', { code: '123456' }],
    ['/api/auth/verify/resend', undefined],
    ['/api/auth/sign-in', credentials],
    ['/api/auth/sign-out', undefined],
    ['/api/auth/password/forgot', { email }],
    ['/api/auth/password/reset', { token: 'x', password }],
    ['/api/onboarding', { username: 'by-a-key', displayName: 'Key', region: 'us' }],
  ] as const
  for (const [url, body] of ways) {
    const reply = await key.call('POST', url, body)
    expect([reply.statusCode, reply.json().reason], url).toEqual([403, 'session_only'])
    expect(reply.headers['set-cookie'], url).toBeUndefined()
  }
  const dead = { authorization: `Bearer ul_${'0'.repeat(40)}` }
  expect((await aStranger(house)('POST', '/api/auth/sign-in', credentials, dead)).statusCode).toBe(200)
})

test('a live key without the scope is told 403 on every route that needs one', async () => {
  const useless = await aKey(house, person, { scopes: ['datasets'] })
  const admin = [
    ['POST', '/api/settings'],
    ['POST', '/api/api-keys'],
    ['DELETE', '/api/api-keys?keyId=000000000000000000000000'],
    ['GET', '/api/api-keys'],
  ] as const
  for (const [method, url] of admin) {
    const reply = await useless.call(method, url)
    expect([reply.statusCode, reply.json().reason], `${method} ${url}`).toEqual([403, 'scope_missing'])
    expect(reply.json().error).toBe('Permission denied for this operation')
  }
})

test('a key that is malformed, unknown or sent in another way is nobody, word for word alike', async () => {
  const unknown = `ul_${'0'.repeat(40)}`
  const answers = new Set<string>()
  for (const authorization of [
    `Bearer ${unknown}`,
    `Bearer ${key.key.toUpperCase()}`,
    `Bearer ${key.key}0`,
    'Bearer ',
    'Bearer',
    key.key,
    `Basic ${Buffer.from(`${key.key}:`).toString('base64')}`,
    'null',
  ]) {
    const reply = await aStranger(house)('GET', '/api/settings', undefined, { authorization })
    expect(reply.statusCode, authorization).toBe(401)
    answers.add(JSON.stringify({ ...reply.json(), requestId: '' }))
  }
  expect([...answers]).toHaveLength(1)
  expect([...answers][0]).toContain('"error":"Invalid API key"')
})

test('a wrong key is not rescued by a session beside it', async () => {
  const reply = await person.call('GET', '/api/settings', undefined, { authorization: 'Bearer ul_wrong' })
  expect(reply.statusCode).toBe(401)
})

const cookieOf = ({ cookie }: Person) => `gatehouse_session=${cookie}`

test.each<[string, Record<string, string>, number]>([
  ['from the site', { origin: 'http://localhost:3000' }, 200],
  ['from the same origin by the word of the browser', { 'sec-fetch-site': 'same-origin' }, 200],
  ['from the loopback name it was sent to', { origin: 'http://127.0.0.1:8123', host: '127.0.0.1:8123' }, 200],
  ['without an origin', {}, 403],
  ['from elsewhere', { origin: 'https://evil.example' }, 403],
  ['from an opaque origin', { origin: 'null' }, 403],
  ['from elsewhere with a matching host', { origin: 'http://evil.example', host: 'evil.example' }, 403],
  ['from a sister site', { 'sec-fetch-site': 'same-site' }, 403],
  ['from elsewhere by the word of the browser', { 'sec-fetch-site': 'cross-site' }, 403],
  ['without an origin, with a made-up key beside the cookie', { authorization: 'Bearer x' }, 403],
])('a change by session %s', async (_how, headers, status) => {
  const change = await house.http.inject({
    method: 'POST',
    url: '/api/activity/mark-seen',
    headers: { host: 'localhost:3000', cookie: cookieOf(person), ...headers },
    payload: { all: true },
  })
  expect(change.statusCode).toBe(status)
  if (status === 403) expect(change.json().reason).toBe('cross_origin')
})

test('a refused change from elsewhere changes nothing, and also sign-in is guarded', async () => {
  const name = async () => (await person.call('GET', '/api/settings')).json().displayName
  const before = await name()
  const foreign = { origin: 'https://evil.example' }
  expect(
    (await person.call('POST', '/api/settings', { displayName: 'Taken over' }, foreign)).statusCode,
  ).toBe(403)
  expect(await name()).toBe(before)
  const { email, password } = person
  const signIn = await aBrowser(house).call('POST', '/api/auth/sign-in', { email, password }, foreign)
  expect([signIn.statusCode, signIn.headers['set-cookie']]).toEqual([403, undefined])
})

test('a key client that sends no origin may change things, and so may one that sends none of ours', async () => {
  const admin = await aKey(house, person, { scopes: ['admin'] })
  for (const headers of [{}, { origin: 'https://notebook.example' }] as Record<string, string>[])
    expect((await admin.call('POST', '/api/settings', { bio: '' }, headers)).statusCode).toBe(200)
})

test("naming another person's workspace and one that does not exist is 404 alike for a session", async () => {
  const other = await aPerson(house, { region: 'eu' })
  const answers = []
  for (const owner of [other.username, 'does-not-exist', 'Not A Name', 'x']) {
    const reply = await person.call('GET', `/api/settings?owner=${encodeURIComponent(owner)}`)
    answers.push(JSON.stringify([reply.statusCode, { ...reply.json(), requestId: '' }]))
  }
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).toContain('[404,{"error":"Workspace not found"')
  expect((await person.call('GET', `/api/settings?owner=${person.username}`)).statusCode).toBe(200)
})

test('naming another workspace, existing or not, is 403 alike for a key, and its own name is fine', async () => {
  const other = await aPerson(house)
  const answers = []
  for (const owner of [other.username, 'does-not-exist']) {
    const reply = await key.call('GET', `/api/settings?owner=${owner}`)
    answers.push(JSON.stringify([reply.statusCode, { ...reply.json(), requestId: '' }]))
  }
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).toContain('[403,{"error":"Permission denied for this operation"')
  expect((await key.call('GET', `/api/settings?owner=${person.username}`)).statusCode).toBe(200)
})

test('two different owners contradict each other, also when one of them would do', async () => {
  const reply = await person.call('POST', `/api/api-keys?owner=${person.username}`, {
    owner: 'somebody-else',
  })
  expect([reply.statusCode, reply.json().reason]).toEqual([400, 'conflicting_owner'])
  const same = await person.call('POST', `/api/api-keys?owner=${person.username}`, { owner: person.username })
  expect(same.statusCode).toBe(200)
  const inBody = await person.call('POST', '/api/api-keys', { owner: 'does-not-exist' })
  expect(inBody.statusCode).toBe(404)
})

test('an owner in a body that takes none is an unknown field: ingest drops it, other routes refuse it', async () => {
  const other = await aPerson(house)
  for (const owner of [other.username, 'does-not-exist', 5, { name: 'x' }]) {
    const fields = { owner, project: 'owned', name: 'train', data: { epochs: 1 } }
    const sent = await sendEvent(key, 'training_started', fields)
    expect(sent.statusCode, JSON.stringify(owner)).toBe(200)
    const mine = `/api/settings?owner=${person.username}`
    for (const url of ['/api/settings', mine]) {
      const changed = await person.call('POST', url, { owner, bio: '' })
      expect([changed.statusCode, changed.json().reason]).toEqual([400, 'invalid_request'])
    }
  }
})

test('a member of another workspace acts in it with the role they have there', async () => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  await house.cells
    .get('us-1')
    .pool.query(`insert into memberships values ($1, $2, 'viewer', now())`, [owner.userId, member.userId])
  const seen = await member.call('GET', `/api/settings?owner=${owner.username}`)
  expect(seen.json()).toMatchObject({ username: owner.username })
  const changed = await member.call('POST', `/api/settings?owner=${owner.username}`, {
    displayName: 'Mine now',
  })
  expect([changed.statusCode, changed.json().reason]).toEqual([403, 'permission_denied'])
  expect((await member.call('GET', '/api/settings')).json().username).toBe(member.username)
})

/** A port on this machine that nobody listens on. */
const deadPort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

const away = async (how: 'closed port' | 'ended pool'): Promise<Database> => {
  const database = openDatabase(`postgres://nobody@127.0.0.1:${await deadPort()}/none`, () => {})
  if (how === 'ended pool') await database.pool.end()
  return database
}

test.each(['closed port', 'ended pool'] as const)(
  'a store that is away (%s) is 503 with Retry-After, never 401',
  async (how) => {
    const expectAway = async (what: string, reply: ReturnType<Person['call']>) => {
      const { statusCode, headers, json } = await reply
      expect(statusCode, what).toBe(503)
      expect(Number(headers['retry-after']), what).toBeGreaterThan(0)
      expect(json(), what).toMatchObject({ reason: 'store_unavailable', code: 'INTERNAL_ERROR' })
      expect(headers['set-cookie'], what).toBeUndefined()
    }
    const { database } = house.directory
    Object.assign(house.directory, { database: await away(how) })
    try {
      await expectAway('a live key', key.call('GET', '/api/settings'))
      await expectAway(
        'an unknown key',
        aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ul_${'1'.repeat(40)}` }),
      )
      await expectAway(
        'a sign-in',
        aBrowser(house).call('POST', '/api/auth/sign-in', { email: person.email, password: person.password }),
      )
      await expectAway(
        'a sign-up',
        aBrowser(house).call('POST', '/api/auth/sign-up', {
          email: 'a@personal.example',
          password: person.password,
        }),
      )
      await expectAway('another workspace', person.call('GET', '/api/settings?owner=some-body'))
      expect((await person.call('GET', '/api/settings')).statusCode).toBe(200)
      expect((await aStranger(house)('GET', '/readyz')).statusCode).toBe(503)
      expect((await aStranger(house)('GET', '/healthz')).statusCode).toBe(200)
    } finally {
      Object.assign(house.directory, { database })
    }
    const cell = house.cells.get('us-1')
    const { db, pool } = cell
    Object.assign(cell, await away(how))
    try {
      await expectAway('a session', person.call('GET', '/api/settings'))
      await expectAway('a key', key.call('GET', '/api/settings'))
      const far = await aPerson(house, { region: 'ap' })
      expect((await far.call('GET', '/api/settings')).statusCode).toBe(200)
    } finally {
      Object.assign(cell, { db, pool })
    }
    expect((await key.call('GET', '/api/settings')).statusCode).toBe(200)
  },
)

test('every reply carries the security headers, and scripts come from the site alone', async () => {
  for (const url of [
    '/api/settings',
    '/api/nothing',
    '/healthz',
    '/openapi.json',
    '/api/%zz',
    '/api/test/fault',
  ]) {
    const { headers } = await aStranger(house)('GET', url)
    expect(headers, url).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    // What the API answers runs nothing at all, a page its own scripts.
    if (url.startsWith('/api/')) expect(policy).not.toContain('script-src')
    else expect(policy).toMatch(/(^|; )script-src 'self'(;|$)/)
    expect(headers['strict-transport-security']).toBeUndefined()
  }
  expect((await person.call('GET', '/api/settings')).headers['cache-control']).toBe('no-store')
})

test('every reply names its request, and a refusal names it in its body too', async () => {
  const replies = await Promise.all(
    ['/api/settings', '/api/nothing', '/api/%zz', '/api/test/fault'].map((url) =>
      aStranger(house)('GET', url),
    ),
  )
  const ids = replies.map((reply) => {
    expect(reply.json().requestId, reply.body).toBe(reply.headers['x-request-id'])
    return reply.headers['x-request-id']
  })
  expect(new Set(ids).size).toBe(ids.length)
  const mine = await aStranger(house)('GET', '/healthz', undefined, { 'x-request-id': 'mine' })
  expect(mine.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
})

test.each(['/api/test/fault', '/api/test/odd'])(
  'a fault is answered 500 without its message, and its log line holds no values (%s)',
  async (url) => {
    const reply = await person.call('GET', url)
    expect(reply.statusCode).toBe(500)
    expect(reply.json()).toEqual({
      error: 'Something went wrong on our side',
      code: 'INTERNAL_ERROR',
      reason: 'internal',
      requestId: reply.headers['x-request-id'],
    })
    const line = house
      .logged()
      .split('\n')
      .find((one) => one.includes(reply.json().requestId) && one.includes('"fault"'))
    expect(JSON.parse(line!)).toMatchObject({ msg: 'fault', route: url, level: 50 })
    expect(house.logged()).not.toMatch(/hunter22|someone@personal/)
  },
)

test('after a busy journey the log holds no key, token, password, cookie or address', async () => {
  const email = 'very.busy@personal.example'
  const password = 'a password nobody may read'
  const browser = aBrowser(house, { ip: '203.0.113.9', userAgent: 'Telltale Agent 1.0' })
  await browser.call('POST', '/api/auth/sign-up', { email, password })
  const signUpCookie = browser.cookies().split('=')[1]!
  const code = /\b\d{6}\b/.exec(house.mailbox.list(email)[0]!.text)![0]
  await browser.call('POST', '/api/auth/verify', { code })
  await browser.call('POST', '/api/onboarding', {
    username: 'very-busy',
    displayName: 'Busy Bee',
    region: 'us',
  })
  const sessionCookie = browser.cookies().split('=')[1]!
  const made = (await browser.call('POST', '/api/api-keys', { name: 'Busy key' })).json()
  await aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ${made.key}` })
  await browser.call('GET', '/api/activity?search=telltale-search')
  await browser.call('GET', '/api/settings?owner=very-busy-other')
  await browser.call('GET', `/nowhere/${made.key}?token=telltale-token`)
  await browser.call('DELETE', `/api/api-keys?keyId=${made.keyId}`)
  await browser.call('POST', '/api/auth/sign-in', { email, password: `${password}!` })
  await browser.call('POST', '/api/auth/sign-in', { email, password })
  await browser.call('POST', '/api/auth/password/forgot', { email })
  await house.runJobs()
  const token = /token=(\S+)/.exec(house.mailbox.list(email)[0]!.text)![1]!
  await browser.call('POST', '/api/auth/password/reset', { token, password: `${password} 2` })
  await browser.call('POST', '/api/auth/sign-out')
  await house.runSchedules()

  const logged = house.logged()
  expect(logged).toContain(made.keyId)
  for (const secret of [
    email,
    'very.busy',
    'very-busy',
    'Busy Bee',
    password,
    signUpCookie,
    sessionCookie,
    sessionCookie.split('.')[1]!,
    made.key,
    made.key.slice(3),
    made.keyPrefix,
    token,
    token.split('.').at(-1)!,
    'telltale',
    'Telltale',
    '203.0.113.9',
  ])
    expect(logged.includes(secret), secret).toBe(false)
  // Ids of ours are hex and may hold any six digits.
  const withoutIds = logged.replace(/[0-9a-f]{8,}(-[0-9a-f]+)*/g, '')
  expect(withoutIds).not.toMatch(new RegExp(`"${code}"|[^0-9.:]${code}[^0-9]`))
})
