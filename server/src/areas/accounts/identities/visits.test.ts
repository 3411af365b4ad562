import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce } from '../../../../test/at-once.ts'
import { aBrowser, type Browser } from '../../../../test/browser.ts'
import type { GithubTrouble, OidcTrouble } from '../../../../test/identity-servers.ts'
import { aPerson } from '../../../../test/people.ts'
import type { TestHouse } from '../../../../test/test-house.ts'
import {
  beSomebody,
  type ProviderHouse,
  sentTo,
  signInWith,
  startProviderHouse,
  visitProvider,
} from '../../../../test/visits.ts'

let started: ProviderHouse
let house: TestHouse

beforeAll(async () => {
  started = await startProviderHouse()
  house = started.house
})
afterAll(() => started.stop())

const providers = ['google', 'github'] as const
const expired = { path: '/sign-in', problem: 'provider_expired' }
const failed = { path: '/sign-in', problem: 'provider_failed' }

const isSignedIn = async ({ call }: Browser) => (await call('GET', '/api/auth/me')).statusCode === 200

/** Somebody with an account whom both providers admit. */
const somebody = async () => {
  const person = await aPerson(house)
  beSomebody(started, person.email)
  return person
}

test.each(providers)(
  'the way back from %s works once, also when taken twelve times at once',
  async (provider) => {
    const person = await somebody()
    const browser = aBrowser(house)
    const callback = await visitProvider(browser.call, provider)
    const cookie = browser.cookies()
    const replies = await atOnce(12, () => aBrowser(house).call('GET', callback, undefined, { cookie }))
    const places = replies.map((reply) => sentTo(reply))
    expect(places.filter(({ path }) => path === '/home')).toHaveLength(1)
    expect(places.filter(({ problem }) => problem === 'provider_expired')).toHaveLength(11)
    const later = await aBrowser(house).call('GET', callback, undefined, { cookie })
    expect(sentTo(later)).toEqual(expired)
    expect((await person.call('GET', '/api/auth/sessions')).json().sessions).toHaveLength(2)
  },
)

test.each(providers)(
  'a code of %s that has been used is worth nothing in another visit',
  async (provider) => {
    await somebody()
    const browser = aBrowser(house)
    const first = new URLSearchParams((await visitProvider(browser.call, provider)).split('?')[1])
    await browser.call('GET', `/api/auth/oauth/${provider}/callback?${first}`)
    const thief = aBrowser(house)
    const second = new URLSearchParams((await visitProvider(thief.call, provider)).split('?')[1])
    second.set('code', first.get('code')!)
    const reply = await thief.call('GET', `/api/auth/oauth/${provider}/callback?${second}`)
    expect(sentTo(reply)).toEqual(failed)
    expect(await isSignedIn(thief)).toBe(false)
  },
)

test.each(providers)("an unused code of %s is worth nothing in somebody else's visit", async (provider) => {
  await somebody()
  const victim = new URLSearchParams((await visitProvider(aBrowser(house).call, provider)).split('?')[1])
  const thief = aBrowser(house)
  const own = new URLSearchParams((await visitProvider(thief.call, provider)).split('?')[1])
  own.set('code', victim.get('code')!)
  expect(sentTo(await thief.call('GET', `/api/auth/oauth/${provider}/callback?${own}`))).toEqual(failed)
  expect(await isSignedIn(thief)).toBe(false)
})

test.each(providers)('the way back from %s is of use only in the browser that set out', async (provider) => {
  await somebody()
  const [setOut, other] = [aBrowser(house), aBrowser(house)]
  const callback = await visitProvider(setOut.call, provider)
  expect(sentTo(await other.call('GET', callback))).toEqual(expired)
  await visitProvider(other.call, provider)
  expect(sentTo(await other.call('GET', callback))).toEqual(expired)
  expect(await isSignedIn(other)).toBe(false)
  expect(sentTo(await setOut.call('GET', callback)).path).toBe('/home')
})

test('a visit ends after ten minutes', async () => {
  await somebody()
  const [early, late] = [aBrowser(house), aBrowser(house)]
  const callbacks = [await visitProvider(early.call, 'google'), await visitProvider(late.call, 'google')]
  house.clock.advance(599)
  expect(sentTo(await early.call('GET', callbacks[0]!)).path).toBe('/home')
  house.clock.advance(1)
  expect(sentTo(await late.call('GET', callbacks[1]!))).toEqual(expired)
})

test('a visit to one provider does not end at another', async () => {
  await somebody()
  const browser = aBrowser(house)
  const callback = await visitProvider(browser.call, 'google')
  expect(sentTo(await browser.call('GET', callback.replace('/google/', '/github/')))).toEqual(expired)
  expect(await isSignedIn(browser)).toBe(false)
})

test.each(['', '?code=x', '?state=', '?code=x&state=made-up'])(
  'a way back that is made up (%s) signs nobody in',
  async (query) => {
    const browser = aBrowser(house)
    expect(sentTo(await browser.call('GET', `/api/auth/oauth/google/callback${query}`))).toEqual(expired)
    await visitProvider(browser.call, 'google')
    expect(sentTo(await browser.call('GET', `/api/auth/oauth/google/callback${query}`))).toEqual(expired)
  },
)

test.each(providers)('whoever says no at %s is back where they signed in', async (provider) => {
  await somebody()
  Object.assign(started[provider], { trouble: 'denied' })
  const browser = aBrowser(house)
  const reply = await signInWith(browser, provider, { next: '/settings' })
  started[provider].trouble = null
  expect(reply.headers.location).toBe('/sign-in?problem=provider_denied&next=%2Fsettings')
  expect(browser.cookies()).toBe('')
})

const oidcTroubles: OidcTrouble[] = [
  'down',
  'token-500',
  'endless-token',
  'wrong-nonce',
  'no-nonce',
  'wrong-issuer',
  'wrong-audience',
  'foreign-key',
  'unsigned',
  'expired',
  'no-id-token',
]
const githubTroubles: GithubTrouble[] = ['down', 'token-500', 'api-401', 'strange-api']
test.each([
  ...oidcTroubles.map((trouble) => ['google', trouble] as const),
  ...githubTroubles.map((trouble) => ['github', trouble] as const),
])('%s in trouble (%s) admits nobody, and the visit cannot be tried again', async (provider, trouble) => {
  const person = await somebody()
  const browser = aBrowser(house)
  const callback = await visitProvider(browser.call, provider)
  const cookie = browser.cookies()
  Object.assign(started[provider], { trouble })
  const reply = await browser.call('GET', callback)
  started[provider].trouble = null
  expect(sentTo(reply)).toEqual(failed)
  expect(browser.cookies()).toBe('')
  expect(sentTo(await aBrowser(house).call('GET', callback, undefined, { cookie }))).toEqual(expired)
  expect((await person.call('GET', '/api/auth/identities')).json().identities).toEqual([])
})

test('a provider that cannot be reached when setting out is told on the page', async () => {
  const unreached = await startProviderHouse()
  unreached.google.trouble = 'down'
  const reply = await aBrowser(unreached.house).call('GET', '/api/auth/oauth/google')
  expect([reply.statusCode, sentTo(reply)]).toEqual([302, failed])
  unreached.google.trouble = null
  expect((await aBrowser(unreached.house).call('GET', '/api/auth/oauth/google')).headers.location).toMatch(
    new RegExp(`^${unreached.google.config.issuer}/`),
  )
  await unreached.stop()
})

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'evil',
  '',
  '/with space',
  '/line\nbreak',
  'javascript:alert(1)',
])('%j is no place to go on to', async (next) => {
  const reply = await aBrowser(house).call('GET', `/api/auth/oauth/google?${new URLSearchParams({ next })}`)
  expect([reply.statusCode, reply.json().reason]).toEqual([400, 'invalid_request'])
})

test.each(['/..//evil.example', '/.//evil.example', '/a/..//evil.example/x', '/..\\\\evil.example'])(
  'a path that climbs (%s) stays on this site, whatever becomes of the visit',
  async (next) => {
    const person = await somebody()
    const site = 'http://localhost:3000'
    const originOf = (location: string | undefined) => new URL(location ?? '', site).origin
    const well = await signInWith(aBrowser(house), 'google', { next })
    expect(originOf(well.headers.location)).toBe(site)
    house.clock.advance(15 * 60 + 1)
    const query = new URLSearchParams({ intent: 'connect', next })
    const late = await person.call('GET', `/api/auth/oauth/google?${query}`)
    expect(sentTo(late).problem).toBe('reauthentication_required')
    expect(originOf(late.headers.location)).toBe(site)
  },
)

test('after signing in one is where one wanted to go', async () => {
  await somebody()
  const reply = await signInWith(aBrowser(house), 'github', { next: '/settings?tab=keys#new' })
  expect(reply.headers.location).toBe('/settings?tab=keys#new')
})

test('a form from a provider becomes an address, and opens nothing by itself', async () => {
  await somebody()
  const browser = aBrowser(house)
  const [path, query] = (await visitProvider(browser.call, 'google')).split('?')
  const asForm = (to: string, headers: Record<string, string> = {}) =>
    aBrowser(house).call('POST', to, query, {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://appleid.apple.com',
      ...headers,
    })
  const reply = await asForm(path!)
  expect([reply.statusCode, reply.cookies]).toEqual([303, []])
  const back = new URL(reply.headers.location!, 'http://localhost:3000')
  expect(back.pathname).toBe(path)
  expect(sentTo(await browser.call('GET', back.pathname + back.search)).path).toBe('/home')
})

test.each(['sign-in', 'connect', 'confirm'])(
  'a link on another site sets nothing in motion (%s): the person is on a page of this site and has to ask there',
  async (intent) => {
    const person = await somebody()
    for (const from of ['cross-site', 'same-site']) {
      const path = `/api/auth/oauth/google?intent=${intent}`
      const lured = await person.call('GET', path, undefined, { 'sec-fetch-site': from })
      expect([lured.statusCode, lured.cookies], from).toEqual([302, []])
      expect(sentTo(lured).path).toBe(intent === 'sign-in' ? '/sign-in' : '/settings')
    }
  },
)

test.each(['apple', 'facebook'])('%s, which is not offered here, signs nobody in', async (provider) => {
  const { call } = aBrowser(house)
  for (const path of [`/api/auth/oauth/${provider}`, `/api/auth/oauth/${provider}/callback?state=x`])
    expect((await call('GET', path)).statusCode, path).toBe(provider === 'apple' ? 404 : 400)
})
