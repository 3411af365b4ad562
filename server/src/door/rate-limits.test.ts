import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../test/browser.ts'
import { aKey, aPerson, type KeyHolder, type Person } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { defaultRateLimits } from './rate-categories.ts'

let house: TestHouse
let person: Person

const limits = {
  ...defaultRateLimits,
  default: 4,
  mutation: 2,
  session: 6,
  auth: 3,
  anonymous: 5,
  training: 1,
}

beforeAll(async () => {
  house = await startTestHouse({ config: { rateLimits: limits } })
  person = await aPerson(house)
})
afterAll(() => house.stop())

/** A key of a person of its own, a minute after everything before. */
const aFreshKey = async (): Promise<KeyHolder> => {
  house.clock.advance(60)
  const key = await aKey(house, await aPerson(house))
  house.clock.advance(60)
  return key
}

let addresses = 0
/** Somebody whose address has asked for nothing yet. */
const fromSomewhere = () => aBrowser(house, { ip: `198.51.100.${++addresses}` })

const statuses = async (times: number, request: () => Promise<{ statusCode: number }>) => {
  const seen: number[] = []
  for (let n = 0; n < times; n++) seen.push((await request()).statusCode)
  return seen
}

test('the limits are those of the specification', () => {
  expect(defaultRateLimits).toEqual({
    default: 100,
    training: 10,
    upload: 10,
    predict: 20,
    export: 20,
    download: 30,
    mutation: 10,
    hydrate: 20,
    clustering: 10,
    ingest: 600,
    session: 300,
    auth: 10,
    anonymous: 60,
  })
})

test('replies tell the limit and what remains of it', async () => {
  const key = await aFreshKey()
  const remaining: unknown[] = []
  for (let n = 0; n < 4; n++) {
    const { headers, statusCode } = await key.call('GET', '/api/settings')
    expect([statusCode, headers['x-ratelimit-limit']]).toEqual([200, '4'])
    remaining.push(headers['x-ratelimit-remaining'])
  }
  expect(remaining).toEqual(['3', '2', '1', '0'])
})

test('over the limit is 429, with when to come back in headers and body', async () => {
  const key = await aFreshKey()
  const firstAt = house.clock.now().getTime()
  await statuses(4, () => key.call('GET', '/api/settings'))
  house.clock.advance(47.5)
  const refused = await key.call('GET', '/api/settings')
  expect(refused.statusCode).toBe(429)
  const resetAt = new Date(firstAt + 60_000).toISOString()
  expect(refused.headers).toMatchObject({
    'retry-after': '13',
    'x-ratelimit-reset': resetAt,
    'x-ratelimit-limit': '4',
    'x-ratelimit-remaining': '0',
  })
  expect(refused.json()).toEqual({
    error: 'Rate limit exceeded',
    code: 'RATE_LIMITED',
    reason: 'rate_limited',
    requestId: refused.headers['x-request-id'],
    retryAfter: 13,
    resetAt,
  })
})

test('the window slides: each request makes room sixty seconds after it was made', async () => {
  const key = await aFreshKey()
  const settings = () => key.call('GET', '/api/settings')
  for (let n = 0; n < 4; n++) {
    expect((await settings()).statusCode).toBe(200)
    house.clock.advance(10)
  }
  expect(await statuses(2, settings)).toEqual([429, 429])
  house.clock.advance(20)
  expect(await statuses(2, settings)).toEqual([200, 429])
  house.clock.advance(10)
  expect(await statuses(2, settings)).toEqual([200, 429])
  house.clock.advance(60)
  expect(await statuses(5, settings)).toEqual([200, 200, 200, 200, 429])
})

test('each category counts for itself, and so does each key, also of one person', async () => {
  const key = await aFreshKey()
  const other = await aKey(house, person)
  expect(await statuses(5, () => key.call('GET', '/api/settings'))).toEqual([200, 200, 200, 200, 429])
  expect(await statuses(3, () => key.call('GET', '/api/api-keys'))).toEqual([200, 200, 429])
  expect((await other.call('GET', '/api/settings')).statusCode).toBe(200)
  const another = await aKey(house, person)
  await statuses(5, () => other.call('GET', '/api/settings'))
  expect((await another.call('GET', '/api/settings')).statusCode).toBe(200)
})

test('requests of a session share one counter for the person, whatever the route', async () => {
  house.clock.advance(60)
  const routes = [
    '/api/settings',
    '/api/api-keys',
    '/api/activity',
    '/api/auth/me',
    '/api/settings',
    '/api/api-keys',
  ]
  for (const url of routes) expect((await person.call('GET', url)).statusCode, url).toBe(200)
  expect((await person.call('GET', '/api/auth/me')).statusCode).toBe(429)
  expect((await (await aPerson(house)).call('GET', '/api/auth/me')).statusCode).toBe(200)
})

test('keys that are malformed or unknown are 401 within the limit of an address and 429 over it', async () => {
  const [here, elsewhere] = [fromSomewhere(), fromSomewhere()]
  const wrong = [
    `Bearer ul_${'0'.repeat(40)}`,
    'Bearer nonsense',
    'Basic abc',
    `Bearer ul_${'1'.repeat(40)}`,
    'x',
  ]
  for (const authorization of wrong)
    expect((await here.call('GET', '/api/settings', undefined, { authorization })).statusCode).toBe(401)
  const over = await here.call('GET', '/api/settings', undefined, { authorization: wrong[0]! })
  expect([over.statusCode, over.json().reason]).toEqual([429, 'rate_limited'])
  const [authorization = ''] = wrong
  expect((await elsewhere.call('GET', '/api/settings', undefined, { authorization })).statusCode).toBe(401)
})

test('an address over its limit for unknown keys still works with a live one', async () => {
  const key = await aFreshKey()
  const here = fromSomewhere()
  await statuses(9, () => here.call('GET', '/api/settings', undefined, { authorization: 'Bearer x' }))
  const live = await here.call('GET', '/api/settings', undefined, { authorization: `Bearer ${key.key}` })
  expect(live.statusCode).toBe(200)
})

test('sign-up, sign-in and the like are limited by address, together', async () => {
  const [here, elsewhere] = [fromSomewhere(), fromSomewhere()]
  const wrong = { email: 'nobody@personal.example', password: 'wrong' }
  expect((await here.call('POST', '/api/auth/sign-in', wrong)).statusCode).toBe(401)
  expect((await here.call('POST', '/api/auth/verify', { code: '000000' })).statusCode).toBe(400)
  expect((await here.call('POST', '/api/auth/password/forgot', { email: wrong.email })).statusCode).toBe(200)
  for (const [url, body] of [
    ['/api/auth/sign-in', wrong],
    ['/api/auth/sign-up', { email: wrong.email, password: 'long enough password' }],
    ['/api/onboarding', {}],
  ] as const)
    expect((await here.call('POST', url, body)).statusCode, url).toBe(429)
  expect((await elsewhere.call('POST', '/api/auth/sign-in', wrong)).statusCode).toBe(401)
  house.clock.advance(60)
  expect((await here.call('POST', '/api/auth/sign-in', wrong)).statusCode).toBe(401)
})

test('an IPv6 network of one caller counts as one address, also for the lock of an account', async () => {
  const from = (ip: string) => aBrowser(house, { ip })
  let host = 0
  const asking = (network: string) => () =>
    from(`${network}:${(++host).toString(16)}`).call('GET', '/api/username/check?username=anna')
  expect(await statuses(6, asking('2001:db8:1:1:a:b:c'))).toEqual([200, 200, 200, 200, 200, 429])
  expect(await statuses(1, asking('2001:db8:1:1:d:e:f'))).toEqual([429])
  expect(await statuses(1, asking('2001:db8:1:2:a:b:c'))).toEqual([200])

  const wrong = { email: person.email, password: 'wrong' }
  const failing = () =>
    from(`2001:db8:2:1::${(++host).toString(16)}`).call('POST', '/api/auth/sign-in', wrong)
  for (let n = 0; n < 10; n++) {
    expect((await failing()).statusCode).toBe(401)
    house.clock.advance(30)
  }
  expect((await failing()).json().reason).toBe('sign_in_locked')
  expect((await from('2001:db8:2:2::1').call('POST', '/api/auth/sign-in', wrong)).statusCode).toBe(401)
})

test('a header that claims another address changes nothing while no proxy is trusted', async () => {
  const here = fromSomewhere()
  let claimed = 0
  const claiming = () =>
    here.call('GET', '/api/username/check?username=anna', undefined, {
      'x-forwarded-for': `192.0.2.${++claimed}`,
    })
  expect(await statuses(6, claiming)).toEqual([200, 200, 200, 200, 200, 429])
})

test('behind a trusted proxy each person has the address the proxy tells', async () => {
  const proxied = await startTestHouse({ config: { rateLimits: limits, trustedProxies: ['10.9.0.0/16'] } })
  const ask = (remoteAddress: string, forwarded: string) =>
    proxied.http.inject({
      url: '/api/username/check?username=anna',
      remoteAddress,
      headers: { 'x-forwarded-for': forwarded },
    })
  expect(await statuses(6, () => ask('10.9.0.1', '192.0.2.1'))).toEqual([200, 200, 200, 200, 200, 429])
  expect((await ask('10.9.0.1', '192.0.2.2')).statusCode).toBe(200)
  let made = 0
  expect(await statuses(6, () => ask('10.9.0.1', `198.18.0.${++made}, 192.0.2.3`))).toEqual([
    200, 200, 200, 200, 200, 429,
  ])
  expect(await statuses(6, () => ask('203.0.113.5', `198.18.1.${++made}`))).toEqual([
    200, 200, 200, 200, 200, 429,
  ])
  await proxied.stop()
})

test('liveness and the mailbox are not limited, readiness is like any question of a stranger', async () => {
  const here = aBrowser(house)
  for (const url of ['/healthz', '/_mailbox.json'])
    expect(new Set(await statuses(12, () => here.call('GET', url)))).toEqual(new Set([200]))
  const prober = fromSomewhere()
  expect(await statuses(6, () => prober.call('GET', '/readyz'))).toEqual([200, 200, 200, 200, 200, 429])
})
