import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  followToCallback,
  type OidcPerson,
  type OidcServer,
  type OidcTrouble,
  startOidcServer,
} from '../../../test/identity-servers.ts'
import type { ExternalPerson, IdentityProvider, Visit } from './identity-provider.ts'
import { type OidcSignInOptions, oidcSignIn } from './oidc-sign-in.ts'

const redirectUri = 'http://localhost:3000/api/auth/oauth/google/callback'
const random = () => randomBytes(32).toString('base64url')
const makeVisit = (): Visit => ({ state: random(), nonce: random(), codeVerifier: random(), redirectUri })

let server: OidcServer
let google: IdentityProvider

const signInWith = (options: Partial<OidcSignInOptions> = {}): IdentityProvider =>
  oidcSignIn({ name: 'google', ...server.config, ...options })

beforeEach(async () => {
  server = await startOidcServer()
  google = signInWith()
})
afterEach(() => server.stop())

const visitProvider = async (visit: Visit, fresh = false): Promise<URL> =>
  followToCallback(await google.begin(visit, { fresh }), redirectUri)

const because = (words: string) => ({ cause: { message: expect.stringContaining(words) } })

const signIn = async (fresh = false): Promise<ExternalPerson> => {
  const visit = makeVisit()
  return google.finish(visit, await visitProvider(visit, fresh), { fresh })
}

test('somebody the provider knows comes back with subject, verified address and name', async () => {
  expect(await signIn()).toEqual({
    subject: 'anna-1',
    email: 'anna@example.com',
    emailVerified: true,
    name: 'Anna',
  })
})

test('the way to the provider carries PKCE, state and nonce, and asks for address and name', async () => {
  const visit = makeVisit()
  const url = await google.begin(visit, { fresh: false })
  const asked = Object.fromEntries(url.searchParams)
  expect(asked).toEqual({
    client_id: server.config.clientId,
    response_type: 'code',
    scope: 'openid email profile',
    redirect_uri: redirectUri,
    state: visit.state,
    nonce: visit.nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  expect(url.href).not.toContain(visit.codeVerifier)
})

test('the provider is asked for its addresses once, and for its keys when they are needed', async () => {
  await signIn()
  await signIn()
  const count = (line: string) => server.asked.filter((asked) => asked === line).length
  expect(count('GET /.well-known/openid-configuration')).toBe(1)
  expect(count('GET /jwks')).toBe(1)
  expect(server.asked).not.toContain('GET /me')
})

test.each<[string, OidcTrouble, string]>([
  ['for another visit (nonce)', 'wrong-nonce', '"nonce"'],
  ['for no visit at all', 'no-nonce', '"nonce"'],
  ['of another issuer', 'wrong-issuer', '"iss"'],
  ['meant for another client', 'wrong-audience', '"aud"'],
  ['signed by another key', 'foreign-key', 'signature'],
  ['without a signature', 'unsigned', '"alg"'],
  ['that has expired', 'expired', '"exp"'],
])('a token %s admits nobody', async (_what, trouble, why) => {
  const visit = makeVisit()
  const callback = await visitProvider(visit)
  server.trouble = trouble
  await expect(google.finish(visit, callback)).rejects.toMatchObject(because(why))
})

test('an answer without an ID token admits nobody', async () => {
  server.trouble = 'no-id-token'
  await expect(signIn()).rejects.toThrow()
})

test('a code is refused the second time', async () => {
  const visit = makeVisit()
  const callback = await visitProvider(visit)
  await google.finish(visit, callback)
  await expect(google.finish(visit, callback)).rejects.toThrow()
})

test('a code that another visit brought back is refused', async () => {
  const [mine, theirs] = [makeVisit(), makeVisit()]
  const callback = await visitProvider(theirs)
  await expect(google.finish(mine, callback)).rejects.toMatchObject(because('"state"'))
  expect(server.asked).not.toContain('POST /token')
  callback.searchParams.set('state', mine.state)
  await expect(google.finish(mine, callback)).rejects.toThrow()
})

test('coming back without a code, a state, or with an error admits nobody', async () => {
  const visit = makeVisit()
  for (const missing of ['code', 'state']) {
    const callback = await visitProvider(visit)
    callback.searchParams.delete(missing)
    await expect(google.finish(visit, callback), missing).rejects.toThrow()
  }
  server.trouble = 'denied'
  const denied = await visitProvider(visit)
  expect(denied.searchParams.get('error')).toBe('access_denied')
  await expect(google.finish(visit, denied)).rejects.toThrow()
})

test('an answer that names another issuer in the address is refused', async () => {
  const visit = makeVisit()
  const callback = await visitProvider(visit)
  callback.searchParams.set('iss', 'https://accounts.evil.example')
  await expect(google.finish(visit, callback)).rejects.toMatchObject(because('"iss"'))
})

test.each<[unknown, boolean]>([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
  [1, false],
  ['yes', false],
  [undefined, false],
])('an address is verified when the provider says true: %j', async (email_verified, emailVerified) => {
  server.person = { sub: 'ben', email: 'ben@example.com', email_verified }
  expect(await signIn()).toMatchObject({ email: 'ben@example.com', emailVerified })
})

test.each<[string, unknown]>([
  ['no address', undefined],
  ['an address that could not be ours', 'ben@localhost'],
  ['something else than an address', { evil: true }],
])('somebody with %s comes back without one', async (_what, email) => {
  server.person = { sub: 'ben', email, email_verified: true }
  expect(await signIn()).toMatchObject({ subject: 'ben', email: null, emailVerified: false })
})

test('the address comes from userinfo when the token has none, and only about the same person', async () => {
  await server.stop()
  server = await startOidcServer({ claimsInIdToken: false })
  google = signInWith()
  expect(await signIn()).toEqual({
    subject: 'anna-1',
    email: 'anna@example.com',
    emailVerified: true,
    name: 'Anna',
  })
  expect(server.asked).toContain('GET /me')
  server.trouble = 'foreign-userinfo'
  await expect(signIn()).rejects.toThrow()
})

test('a fresh sign-in asks the provider to ask again', async () => {
  const url = await google.begin(makeVisit(), { fresh: true })
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
  expect(await signIn(true)).toMatchObject({ subject: 'anna-1' })
})

test('somebody who was not asked again is refused where a fresh sign-in is needed, and there alone', async () => {
  server.trouble = 'stale-sign-in'
  await expect(signIn(true)).rejects.toThrow(/sign in again/)
  // The same answer will do where nothing fresh was asked for.
  const visit = makeVisit()
  const callback = await visitProvider(visit, true)
  expect(await google.finish(visit, callback, { fresh: false })).toMatchObject({ subject: 'anna-1' })
})

test('the person comes back to the address that was asked for, whatever the server sees of it', async () => {
  const visit = makeVisit()
  const callback = await visitProvider(visit)
  const seenInside = new URL(`http://10.0.0.7:8080/api/auth/oauth/google/callback${callback.search}`)
  expect(await google.finish(visit, seenInside)).toMatchObject({ subject: 'anna-1' })
})

test.each<[OidcTrouble, string]>([
  ['down', 'fetch failed'],
  ['token-500', ''],
  ['endless-token', 'too much'],
])('a provider in trouble admits nobody: %s', async (trouble, why) => {
  const visit = makeVisit()
  const callback = await visitProvider(visit)
  server.trouble = trouble
  const failed = await google.finish(visit, callback).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Error)
  expect(`${failed} ${(failed as Error).cause}`).toContain(why)
})

test('a provider that hangs is given up after its time, at the start and at the end', async () => {
  google = signInWith({ timeoutMs: 150 })
  server.trouble = 'hanging'
  await expect(google.begin(makeVisit(), { fresh: false })).rejects.toThrow()
  server.trouble = null
  const visit = makeVisit()
  const callback = await visitProvider(visit)
  server.trouble = 'hanging'
  const start = performance.now()
  await expect(google.finish(visit, callback)).rejects.toThrow()
  expect(performance.now() - start).toBeLessThan(3000)
})

test('a provider that was away when first asked is asked again', async () => {
  server.trouble = 'down'
  await expect(google.begin(makeVisit(), { fresh: false })).rejects.toThrow()
  server.trouble = null
  expect(await signIn()).toMatchObject({ subject: 'anna-1' })
})

test('a client whose secret is wrong admits nobody', async () => {
  google = signInWith({ clientSecret: 'guessed' })
  await expect(signIn()).rejects.toThrow()
})

test('plain HTTP is refused anywhere but on this machine', async () => {
  const remote = signInWith({ issuer: 'http://accounts.example.com' })
  await expect(remote.begin(makeVisit(), { fresh: false })).rejects.toThrow(/HTTPS/)
})

test('people of several names follow each other at one provider', async () => {
  const people: OidcPerson[] = [{ sub: 'one' }, { sub: 'two' }, { sub: 'three' }]
  for (const person of people) {
    server.person = person
    expect(await signIn()).toMatchObject({ subject: person.sub })
  }
})
