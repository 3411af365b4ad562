import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aBrowser, type Browser, cookiesOf } from '../browser.ts'
import { aTotp, type KeptTotp, passPassword } from '../factors.ts'
import { aPerson, aStranger, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { startHostileHouse } from './house.ts'
import { expectNothingStored, faultOf } from './refused.ts'

/* Cookies that hold something under way: forged, broken, of another purpose, or of another browser. */

type Sealed = 'gatehouse_sign_up' | 'gatehouse_second_factor' | 'gatehouse_visit'
const names = ['gatehouse_sign_up', 'gatehouse_second_factor', 'gatehouse_visit'] as const

let house: TestHouse
let owner: Person
let totp: KeptTotp
let sealed: Record<Sealed, string>
let state: string

beforeAll(async () => {
  house = await startHostileHouse()
  owner = await aPerson(house)
  totp = await aTotp(house, owner)
  const stranger = aStranger(house)
  const begun = { email: 'newcomer@example.com', password: 'a long enough password' }
  const signUp = await stranger('POST', '/api/auth/sign-up', begun)
  const visit = await stranger('GET', '/api/auth/oauth/google')
  state = stateOf(visit)
  const waiting = await passPassword(owner, aBrowser(house))
  sealed = {
    gatehouse_sign_up: cookieIn(signUp, 'gatehouse_sign_up'),
    gatehouse_second_factor: cookieIn(waiting, 'gatehouse_second_factor'),
    gatehouse_visit: cookieIn(visit, 'gatehouse_visit'),
  }
})
afterAll(() => house.stop())

type Answer = Awaited<ReturnType<Browser['call']>>

const cookieIn = (answer: Answer, name: string): string => {
  const value = answer.cookies.find((cookie) => cookie.name === name)?.value
  if (!value) throw new Error(`No ${name}: ${answer.body}`)
  return value
}
const stateOf = (answer: Answer): string =>
  new URL(String(answer.headers.location)).searchParams.get('state') ?? ''

const ask = (method: 'GET' | 'POST', url: string, cookie: string, body?: object) =>
  aStranger(house)(method, url, body, { cookie })

/** What is wrong with the way the routes that read this cookie answer it, which ought to be as if there were none. */
const opensNothing = async (name: Sealed, value: string): Promise<string | undefined> => {
  const cookie = `${name}=${value}`
  if (name === 'gatehouse_visit') {
    const answer = await ask('GET', `/api/auth/oauth/google/callback?code=abc&state=${state}`, cookie)
    const isTurnedAway =
      answer.statusCode === 302 && answer.headers.location === '/sign-in?problem=provider_expired'
    return isTurnedAway ? undefined : `answered ${answer.statusCode} ${answer.headers.location}`
  }
  if (name === 'gatehouse_sign_up')
    return (
      faultOf(await ask('GET', '/api/auth/sign-up', cookie), [401]) ??
      faultOf(await ask('POST', '/api/auth/verify', cookie, { code: '123456' }), [400]) ??
      faultOf(
        await ask('POST', '/api/onboarding', cookie, {
          username: 'newcomer',
          displayName: 'N',
          region: 'us',
        }),
        [401],
      )
    )
  return (
    faultOf(await ask('GET', '/api/auth/factors/pending', cookie), [401]) ??
    faultOf(await ask('POST', '/api/auth/factors/verify', cookie, { code: await totp.code() }), [401])
  )
}

const broken = (value: string): Record<string, string> => ({
  empty: '',
  'a word': 'x',
  quotes: '""',
  'a word of every object': '__proto__',
  'one character less': value.slice(0, -1),
  'one character more': `${value}A`,
  'the other half first': value.slice(40) + value.slice(0, 40),
  twice: value + value,
  'another case': value.toUpperCase(),
  'base64 of the older kind': `${value}==`,
  'a space inside': `${value.slice(0, 10)} ${value.slice(10)}`,
  'an encoded null byte behind': `${value}%00`,
  'an encoded letter': `%${value.charCodeAt(0).toString(16)}${value.slice(1)}x`,
  'a broken escape': '%',
  'broken UTF-8': '%e0%a4%a',
  'letters beyond ASCII': '\u00ff\u00fe',
  JSON: '{"userId":"1","expiresAt":"2999-01-01T00:00:00Z"}',
  'JSON in base64': Buffer.from('{"userId":"1","expiresAt":"2999-01-01T00:00:00Z"}').toString('base64url'),
  'a session': owner.cookie,
  'far too long': 'A'.repeat(9000),
})

describe.each(names.map((name) => [name] as const))('%s', (name) => {
  test('opens something where it belongs, or the rest here would say nothing', async () => {
    expect(await opensNothing(name, sealed[name].slice(0, -1))).toBeUndefined()
    if (name === 'gatehouse_visit') return
    const address = name === 'gatehouse_sign_up' ? '/api/auth/sign-up' : '/api/auth/factors/pending'
    expect((await ask('GET', address, `${name}=${sealed[name]}`)).statusCode).toBe(200)
  })

  test('opens nothing when it is broken or made up', async () => {
    const faults: string[] = []
    await expectNothingStored(house, async () => {
      for (const [why, value] of Object.entries(broken(sealed[name]))) {
        const fault = await opensNothing(name, value)
        if (fault) faults.push(`${why} ${fault}`)
      }
      expect(faults).toEqual([])
    })
  })

  test('is forged once any byte of it has changed', async () => {
    const bytes = Buffer.from(sealed[name], 'base64url')
    await expectNothingStored(house, async () => {
      for (let at = 0; at < bytes.length; at += 11) {
        const forged = Buffer.from(bytes)
        forged[at] = (forged[at] ?? 0) ^ 1
        expect(await opensNothing(name, forged.toString('base64url')), `byte ${at}`).toBeUndefined()
      }
    })
  })

  test('is good for nothing but its own purpose', async () => {
    await expectNothingStored(house, async () => {
      for (const other of names)
        if (other !== name) expect(await opensNothing(name, sealed[other]), other).toBeUndefined()
    })
  })

  test('opens no session', async () => {
    await expectNothingStored(house, async () => {
      const answer = await ask(
        'GET',
        '/api/auth/me',
        `${name}=${sealed[name]}; gatehouse_session=${sealed[name]}`,
      )
      expect(faultOf(answer, [401])).toBeUndefined()
    })
  })
})

test('a second factor is not given from a page of another site', async () => {
  await expectNothingStored(house, async () => {
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      const answer = await house.http.inject({
        method: 'POST',
        url: '/api/auth/factors/verify',
        headers: {
          host: 'localhost:3000',
          cookie: `gatehouse_second_factor=${sealed.gatehouse_second_factor}`,
          ...headers,
        },
        payload: { code: await totp.code() },
      })
      expect(faultOf(answer, [403]), JSON.stringify(headers)).toBeUndefined()
    }
  })
})

describe('a visit to a provider', () => {
  const begin = async () => {
    const begun = await aStranger(house)('GET', '/api/auth/oauth/google')
    return { cookie: cookiesOf(begun).pairs, state: stateOf(begun) }
  }
  const comeBack = async (cookie: string, query: string, provider = 'google') =>
    (await ask('GET', `/api/auth/oauth/${provider}/callback?${query}`, cookie)).headers.location

  test('is ended by the browser and at the provider that it was begun with alone', async () => {
    const [mine, other] = [await begin(), await begin()]
    await expectNothingStored(house, async () => {
      for (const [cookie, query, provider] of [
        [mine.cookie, `code=abc&state=${other.state}`],
        [other.cookie, `code=abc&state=${mine.state}`],
        ['', `code=abc&state=${mine.state}`],
        [mine.cookie, 'code=abc'],
        [mine.cookie, 'code=abc&state='],
        [mine.cookie, `code=abc&state=${mine.state.slice(0, -1)}`],
        [mine.cookie, `code=abc&state=${mine.state.toUpperCase()}`],
        [mine.cookie, `code=abc&state=${mine.state}%20`],
        [mine.cookie, `code=abc&state=${'\u00e9'.repeat(21)}A`],
        [mine.cookie, `code=abc&state=${mine.state}`, 'github'],
        [mine.cookie, `code=abc&state=${mine.state}`, 'apple'],
      ] as const)
        expect(await comeBack(cookie, query, provider), query).toBe('/sign-in?problem=provider_expired')
    })
    expect(await comeBack(mine.cookie, `code=abc&state=${mine.state}`)).toBe('/onboarding')
  })

  test('that was begun in one session does nothing in another', async () => {
    const [mine, other] = [await aPerson(house), await aPerson(house)]
    for (const intent of ['connect', 'confirm']) {
      const begun = await mine.call('GET', `/api/auth/oauth/google?intent=${intent}`)
      const visit = cookiesOf(begun).pairs
      const answer = await other.call(
        'GET',
        `/api/auth/oauth/google/callback?code=elsewhere&state=${stateOf(begun)}`,
        undefined,
        { cookie: `gatehouse_session=${other.cookie}; ${visit}` },
      )
      expect(answer.headers.location).toBe('/settings?problem=provider_expired')
    }
    for (const { call } of [mine, other])
      expect((await call('GET', '/api/auth/identities')).json().identities).toEqual([])
  })
})

test('a device cookie that is none of ours opens nothing and is replaced by one that is', async () => {
  const isOurs = /^[A-Za-z0-9_-]{43}$/
  const values = [...Object.values(broken('aB3_'.repeat(11).slice(1))), sealed.gatehouse_visit]
  for (const value of values.filter((text) => !isOurs.test(text))) {
    const person = await aPerson(house)
    const answer = await ask('POST', '/api/auth/sign-in', `gatehouse_device=${value}`, {
      email: person.email,
      password: person.password,
    })
    expect(answer.statusCode, value.slice(0, 40)).toBe(200)
    expect(cookieIn(answer, 'gatehouse_device')).toMatch(isOurs)
    expect(faultOf(await ask('GET', '/api/auth/me', `gatehouse_device=${value}`), [401])).toBeUndefined()
  }
})
