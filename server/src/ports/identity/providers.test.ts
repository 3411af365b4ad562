import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { followToCallback, startGithubServer, startOidcServer } from '../../../test/identity-servers.ts'
import type { Config } from '../../config.ts'
import type { Visit } from './identity-provider.ts'
import { makeIdentityProviders } from './providers.ts'

const random = () => randomBytes(32).toString('base64url')
const makeVisit = (provider: string): Visit => ({
  state: random(),
  nonce: random(),
  codeVerifier: random(),
  redirectUri: `http://localhost:3000/api/auth/oauth/${provider}/callback`,
})

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const none: Config['providers'] = { google: null, github: null, apple: null }
const google = { issuer: 'https://accounts.google.com', clientId: 'g', clientSecret: 's' }
const github = { url: 'https://github.com', clientId: 'h', clientSecret: 's' }
const apple = {
  issuer: 'https://appleid.apple.com',
  clientId: 'com.example.gate',
  teamId: 'TEAM123456',
  keyId: 'KEY1234567',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
}

test('people are offered the providers that are configured, in a settled order', () => {
  const offered = (providers: Config['providers']) => [...makeIdentityProviders({ providers }).keys()]
  expect(offered(none)).toEqual([])
  expect(offered({ apple, github, google })).toEqual(['google', 'github', 'apple'])
  expect(offered({ ...none, apple })).toEqual(['apple'])
})

test('a provider is known under its own name, and nobody is called before somebody signs in', () => {
  for (const [name, provider] of makeIdentityProviders({ providers: { google, github, apple } }))
    expect(provider.name).toBe(name)
})

test('Google and GitHub sign people in with what the configuration says', async () => {
  const [oidc, enterprise] = await Promise.all([startOidcServer(), startGithubServer()])
  const providers = makeIdentityProviders({
    providers: { ...none, google: oidc.config, github: enterprise.config },
  })
  for (const [name, subject] of [
    ['google', 'anna-1'],
    ['github', '4711'],
  ] as const) {
    const visit = makeVisit(name)
    const provider = providers.get(name)!
    const callback = await followToCallback(await provider.begin(visit, { fresh: false }), visit.redirectUri)
    expect(await provider.finish(visit, callback)).toMatchObject({ subject, email: 'anna@example.com' })
  }
  await Promise.all([oidc.stop(), enterprise.stop()])
})

test('Google is asked nothing it does not list when a fresh sign-in is needed', async () => {
  const oidc = await startOidcServer()
  const provider = makeIdentityProviders({ providers: { ...none, google: oidc.config } }).get('google')!
  const url = await provider.begin(makeVisit('google'), { fresh: true })
  expect(url.searchParams.get('prompt')).toBe('select_account')
  await oidc.stop()
})

test('Apple believes a secret that our key signed for it and that soon ends, and answers by a form', async () => {
  const secrets: string[] = []
  const server = await startOidcServer({
    clientId: apple.clientId,
    person: { sub: '000123.abc', email: 'x7@privaterelay.example.com', email_verified: 'true' },
    acceptsSecret: (secret) => secrets.push(secret) > 0,
  })
  const { issuer } = server.config
  const provider = makeIdentityProviders({ providers: { ...none, apple: { ...apple, issuer } } }).get(
    'apple',
  )!
  const visit = makeVisit('apple')
  const url = await provider.begin(visit, { fresh: false })
  expect(url.searchParams.get('response_mode')).toBe('form_post')
  expect(url.searchParams.get('scope')).toBe('openid email name')
  expect(await provider.finish(visit, await followToCallback(url, visit.redirectUri))).toEqual({
    subject: '000123.abc',
    email: 'x7@privaterelay.example.com',
    emailVerified: true,
    name: null,
  })
  const [secret = ''] = secrets
  const { payload } = await jwtVerify(secret, publicKey, { audience: issuer })
  expect(decodeProtectedHeader(secret)).toEqual({ alg: 'ES256', kid: apple.keyId })
  expect(payload).toMatchObject({ iss: apple.teamId, sub: apple.clientId })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(3600)
  await server.stop()
})
