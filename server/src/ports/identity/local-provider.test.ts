import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CookieJar, followToCallback } from '../../../test/identity-servers.ts'
import { systemClock } from '../../clock.ts'
import { type Config, parseConfig } from '../../config.ts'
import { makeCookies } from '../../door/cookies.ts'
import { installDoor } from '../../door/door.ts'
import { makeErrorHandler } from '../../door/replies.ts'
import { setSecurityHeaders } from '../../door/security-headers.ts'
import { makeLog } from '../../log.ts'
import { MemoryRateLimiter } from '../memory-rate.ts'
import type { ExternalPerson, IdentityProvider, Visit } from './identity-provider.ts'
import { localIdentityAllowed, mountLocalProvider } from './local-provider.ts'

let http: FastifyInstance
let local: IdentityProvider
let url = ''
const said: unknown[] = []

/** A server with the real door and headers, and nothing behind them but the provider. */
const startServer = async (): Promise<void> => {
  const config = parseConfig({})
  http = Fastify({ logger: false })
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  http.setErrorHandler(makeErrorHandler(makeLog('silent'), { noteRefusal: () => {} }))
  http.addHook('onRequest', async (_request, reply) => setSecurityHeaders(reply, false))
  await http.register(cookie)
  installDoor(http, {
    identity: {
      findSession: async () => undefined,
      findKey: async () => undefined,
      findMembership: async () => undefined,
      findActive: async () => undefined,
    },
    clock: systemClock,
    rate: new MemoryRateLimiter(),
    rateLimits: config.rateLimits,
    cookies: makeCookies(false),
    publicUrl: null,
    fallbackUrl: () => url,
    sealDetails: async () => undefined,
  })
  local = mountLocalProvider(http, () => url)
  await http.listen({ port: 0, host: '127.0.0.1' })
  url = `http://localhost:${(http.server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void said.push(words))
  await startServer()
})
afterAll(() => http.close())

const random = () => randomBytes(32).toString('base64url')
const makeVisit = (): Visit => ({
  state: random(),
  nonce: random(),
  codeVerifier: random(),
  redirectUri: `${url}/api/auth/oauth/local/callback`,
})

type Shown = { page: string; reply: Response; address: URL }

/** Goes to the provider until it shows its page. */
const open = async (jar: CookieJar, visit: Visit, fresh = false): Promise<Shown> => {
  const begun = await local.begin(visit, { fresh })
  const sent = await jar.fetch(begun)
  const address = new URL(sent.headers.get('location') ?? '', url)
  const reply = await jar.fetch(address)
  return { page: await reply.text(), reply, address }
}

const submit = async (jar: CookieJar, address: URL, fields: Record<string, string>): Promise<Response> =>
  jar.fetch(address, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: url } })

const signIn = async (
  fields: Record<string, string>,
  { jar = new CookieJar(), fresh = false } = {},
): Promise<ExternalPerson> => {
  const visit = makeVisit()
  const { address } = await open(jar, visit, fresh)
  const sent = await submit(jar, address, { choice: 'continue', ...fields })
  const resume = new URL(sent.headers.get('location') ?? '', url)
  return local.finish(visit, await followToCallback(resume, visit.redirectUri, jar), { fresh })
}

test('whoever says who they are signs in as that', async () => {
  const person = await signIn({ email: 'anna@example.com', name: 'Anna', verified: 'yes' })
  expect(person).toEqual({
    subject: expect.stringMatching(/^[0-9a-f]{32}$/),
    email: 'anna@example.com',
    emailVerified: true,
    name: 'Anna',
  })
})

test('an address left unverified is not vouched for, and a name may be left out', async () => {
  expect(await signIn({ email: 'ben@example.com' })).toMatchObject({ emailVerified: false, name: null })
})

test('the same address is the same person, in any spelling and with any name', async () => {
  const first = await signIn({ email: 'cleo@example.com', name: 'Cleo', verified: 'yes' })
  const again = await signIn({ email: ' Cleo@Example.com', name: 'C.', verified: 'yes' })
  const other = await signIn({ email: 'dora@example.com', verified: 'yes' })
  expect(again.subject).toBe(first.subject)
  expect(other.subject).not.toBe(first.subject)
})

test('one browser can be one person after another', async () => {
  const jar = new CookieJar()
  for (const email of ['eva@example.com', 'finn@example.com', 'eva@example.com'])
    expect(await signIn({ email }, { jar })).toMatchObject({ email })
})

test('a fresh sign-in is one like any other', async () => {
  expect(await signIn({ email: 'gus@example.com' }, { fresh: true })).toMatchObject({
    email: 'gus@example.com',
  })
})

test('somebody who cancels comes back as nobody', async () => {
  const [jar, visit] = [new CookieJar(), makeVisit()]
  const { address } = await open(jar, visit)
  const sent = await submit(jar, address, { choice: 'cancel', email: '', name: '' })
  const resume = new URL(sent.headers.get('location') ?? '', url)
  const callback = await followToCallback(resume, visit.redirectUri, jar)
  expect(callback.searchParams.get('error')).toBe('access_denied')
  await expect(local.finish(visit, callback)).rejects.toThrow()
})

test("the page keeps the site's security headers and says what it is", async () => {
  const { page, reply } = await open(new CookieJar(), makeVisit())
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-security-policy')).toContain("form-action 'self'")
  expect(reply.headers.get('cache-control')).toBe('no-store')
  expect(page).toContain('<h1>Local try-out provider</h1>')
  expect(page).toMatch(/<label for="email">.*<label for="name">.*<label for="verified">/s)
  expect(page).not.toContain('<script')
  const style = await fetch(`${url}/_identity/page.css`)
  expect(style.headers.get('content-type')).toContain('text/css')
})

test("what the protocol answers keeps the site's security headers too", async () => {
  for (const path of ['/.well-known/openid-configuration', '/auth?client_id=unknown', '/jwks', '/nowhere']) {
    const reply = await fetch(`${url}/_identity${path}`, { headers: { accept: 'text/html' } })
    expect(reply.headers.get('content-security-policy'), path).toContain("default-src 'none'")
    expect(reply.headers.get('x-frame-options'), path).toBe('DENY')
  }
})

test('what is typed comes back as text and never as markup', async () => {
  const hostile = `"><script>alert('1')</script>&lt;`
  const jar = new CookieJar()
  const { address } = await open(jar, makeVisit())
  const reply = await submit(jar, address, { choice: 'continue', email: hostile, name: hostile })
  const page = await reply.text()
  expect(reply.status).toBe(400)
  expect(page).toContain('Type an e-mail address')
  const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;lt;'
  expect(page.split(`value="${escaped}"`)).toHaveLength(3)
  expect(page).not.toContain('<script')
})

test('a sign-in that is over, or of another browser, shows a page instead of a form', async () => {
  const { address } = await open(new CookieJar(), makeVisit())
  for (const reply of [
    await fetch(address),
    await submit(new CookieJar(), address, { email: 'a@example.com' }),
    await fetch(`${url}/_identity/interaction/unknown`),
    await fetch(`${url}/_identity/auth/unknown`, { headers: { accept: 'text/html' } }),
  ]) {
    expect(reply.status).toBe(400)
    expect(await reply.text()).toContain('This sign-in has ended')
  }
})

test('another site cannot say for somebody who they are', async () => {
  const jar = new CookieJar()
  const { address } = await open(jar, makeVisit())
  const body = new URLSearchParams({ choice: 'continue', email: 'evil@example.com' })
  const reply = await jar.fetch(address, {
    method: 'POST',
    body,
    headers: { origin: 'https://evil.example' },
  })
  expect(reply.status).toBe(403)
})

test.each<[string, Record<string, string>]>([
  ['comes through a proxy', { 'x-forwarded-for': '203.0.113.9' }],
  ['comes through a proxy of another kind', { forwarded: 'for=203.0.113.9' }],
  ['names another host', { host: 'evil.example' }],
])('nothing of it answers a request that %s', async (_what, headers) => {
  for (const path of [
    '/page.css',
    '/interaction/x',
    '/auth',
    '/token',
    '/.well-known/openid-configuration',
  ]) {
    const method = path === '/token' ? 'POST' : 'GET'
    const reply = await http.inject({
      method,
      url: `/_identity${path}`,
      headers: { host: 'localhost', ...headers },
    })
    expect(reply.statusCode, path).toBe(403)
    expect(reply.json()).toMatchObject({ reason: 'loopback_only' })
  }
})

test('nothing of it answers a request from another machine', async () => {
  const reply = await http.inject({
    url: '/_identity/.well-known/openid-configuration',
    remoteAddress: '203.0.113.9',
    headers: { host: 'localhost' },
  })
  expect(reply.statusCode).toBe(403)
})

test('only our own callback is sent anywhere', async () => {
  const begun = await local.begin(makeVisit(), { fresh: false })
  begun.searchParams.set('redirect_uri', 'https://evil.example/callback')
  const reply = await fetch(begun, { redirect: 'manual', headers: { accept: 'text/html' } })
  expect(reply.status).toBe(400)
  expect(reply.headers.get('location')).toBeNull()
})

test('it says nothing on the console', () => {
  expect(said).toEqual([])
})

const stores = { directoryUrl: 'postgres://db/directory', cells: [] }
test.each<[boolean, string, Partial<Config>]>([
  [true, 'an embedded installation on this machine', {}],
  [true, 'a loopback public address', { publicUrl: 'http://localhost:8080' }],
  [true, 'another loopback host', { host: '::1' }],
  [false, 'an external Postgres', { stores }],
  [false, 'a mail server', { smtp: { url: 'smtp://mail.example.com', from: 'a@example.com' } }],
  [false, 'a public address', { publicUrl: 'https://gate.example.com' }],
  [false, 'a host that sounds alike', { publicUrl: 'http://localhost.example.com' }],
  [false, 'every address of the machine', { host: '0.0.0.0' }],
  [false, 'a name that others may resolve', { host: 'gate.local' }],
])('the local provider exists: %s with %s', (allowed, _what, changes) => {
  expect(localIdentityAllowed({ ...parseConfig({}), ...changes })).toBe(allowed)
})
