import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf } from '../browser.ts'
import { aPerson, aStranger } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { startHostileHouse } from './house.ts'
import { expectNothingStored, expectRefused, faultOf } from './refused.ts'

/* The one route that reads the form of another site, and where a visit to a provider may lead. */

let house: TestHouse

beforeAll(async () => {
  house = await startHostileHouse()
})
afterAll(() => house.stop())

const form = 'application/x-www-form-urlencoded'
const post = (payload: string | Buffer, headers: Record<string, string> = { 'content-type': form }) =>
  aStranger(house)('POST', '/api/auth/oauth/apple/callback', payload, {
    origin: 'https://provider.example',
    ...headers,
  })

const locationOf = ({ headers }: Awaited<ReturnType<typeof post>>): string => String(headers.location)

test('whatever a form says, it leads to the same route on this site and takes only what a provider sends', async () => {
  for (const payload of [
    '',
    'code=abc&state=def',
    'code=abc&code=def',
    'code=%26state%3Dforged%23&state=a%0d%0aset-cookie:%20a=b',
    'provider=google&code=abc',
    '__proto__=x&constructor=y&toString=z&code=abc',
    '__proto__[code]=x&code[]=y&code.x=z',
    'user=%7B%22name%22%3A%7B%7D%7D&id_token=x&code=abc',
    '&&&===&code=%zz',
    'code=//evil.example',
    `${'a=b&'.repeat(3000)}code=abc`,
  ]) {
    const answer = await post(payload)
    expect(answer.statusCode, payload.slice(0, 40)).toBe(303)
    const { origin, pathname, searchParams, hash } = new URL(locationOf(answer), 'http://localhost:3000')
    expect([origin, pathname, hash]).toEqual(['http://localhost:3000', '/api/auth/oauth/apple/callback', ''])
    for (const name of searchParams.keys()) expect(['code', 'state', 'error', 'iss']).toContain(name)
    expect(answer.cookies, payload).toEqual([])
  }
})

test('a form that no store or address could hold is refused', async () => {
  const faults: string[] = []
  await expectNothingStored(house, async () => {
    for (const [why, payload] of Object.entries({
      'a null byte': 'code=%00',
      'a null byte in a name nobody knows': '%00=x',
      'a raw null byte': 'code=a\0b',
      'a code too long': `code=${'x'.repeat(4001)}`,
      'a state too long': `state=${'x'.repeat(201)}`,
      'an error too long': `error=${'x'.repeat(201)}`,
      'an issuer too long': `iss=${'x'.repeat(501)}`,
    })) {
      const fault = faultOf(await post(payload), [400])
      if (fault) faults.push(`${why} ${fault}`)
    }
    expect(faults).toEqual([])
    expectRefused(await post(`code=${'x'.repeat(20_000)}`), 413)
  })
})

test('what is neither a form nor JSON is refused', async () => {
  const faults: string[] = []
  await expectNothingStored(house, async () => {
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencodedx',
      'text/html, application/x-www-form-urlencoded',
      'application/xml',
      'x',
      '',
    ]) {
      const fault = faultOf(await post('code=abc', { 'content-type': type }), [400, 415])
      if (fault) faults.push(`${type} ${fault}`)
    }
    for (const body of ['', '{', 'null', '[]', '5', '{"__proto__":{}}', '{"code":5}', '{"code":"\\u0000"}']) {
      const fault = faultOf(await post(body, { 'content-type': 'application/json' }), [400])
      if (fault) faults.push(`${body} ${fault}`)
    }
    expect(faults).toEqual([])
  })
})

test('a form that says it is packed is not unpacked', async () => {
  const packed = gzipSync('code=abc&state=def')
  const answer = await post(packed, { 'content-type': form, 'content-encoding': 'gzip' })
  if (answer.statusCode === 303) expect(locationOf(answer)).toBe('/api/auth/oauth/apple/callback?')
  else expectRefused(answer, 400)
})

test('a form has the same way out for a provider that nobody offers as an address has', async () => {
  for (const provider of ['local', 'evil', '..', '%2e%2e', '__proto__'])
    expectRefused(
      await aStranger(house)('POST', `/api/auth/oauth/${provider}/callback`, 'code=a', {
        'content-type': form,
      }),
      400,
      404,
    )
})

test('no path that a visit is begun with leads to another site, however it ends', async () => {
  const here = 'http://localhost:3000'
  const person = await aPerson(house)
  for (const next of [
    '/..//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/.\\evil.example',
    '/x/..\\\\evil.example',
    '/%2f/evil.example',
    '/%5cevil.example',
    '/@evil.example',
    '/;//evil.example',
    '/?//evil.example',
    '/#//evil.example',
  ])
    for (const end of ['code=abc', 'error=access_denied', 'code=NONE'])
      for (const intent of ['sign-in', 'connect', 'confirm']) {
        const address = `/api/auth/oauth/google?intent=${intent}&next=${encodeURIComponent(next)}`
        const begun = await person.call('GET', address)
        const state = new URL(locationOf(begun)).searchParams.get('state')
        const answer = await person.call(
          'GET',
          `/api/auth/oauth/google/callback?${end}&state=${state}`,
          undefined,
          { cookie: `gatehouse_session=${person.cookie}; ${cookiesOf(begun).pairs}` },
        )
        const landing = new URL(locationOf(answer), `${here}/api/auth/oauth/google/callback`)
        expect(landing.origin, `${intent} ${end} ${next}`).toBe(here)
      }
})
