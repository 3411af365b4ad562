import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followToCallback, type GithubServer, startGithubServer } from '../../../test/identity-servers.ts'
import { githubSignIn } from './github.ts'
import type { ExternalPerson, IdentityProvider, Visit } from './identity-provider.ts'

const redirectUri = 'http://localhost:3000/api/auth/oauth/github/callback'
const random = () => randomBytes(32).toString('base64url')
const makeVisit = (): Visit => ({ state: random(), nonce: random(), codeVerifier: random(), redirectUri })

let server: GithubServer
let github: IdentityProvider

beforeEach(async () => {
  server = await startGithubServer()
  github = githubSignIn(server.config)
})
afterEach(() => server.stop())

const visitGithub = async (visit: Visit): Promise<URL> =>
  followToCallback(await github.begin(visit, { fresh: false }), redirectUri)

const signIn = async (): Promise<ExternalPerson> => {
  const visit = makeVisit()
  return github.finish(visit, await visitGithub(visit))
}

test('somebody comes back with their lasting number, their primary address and their name', async () => {
  server.person.emails.unshift({ email: 'old@example.com', primary: false, verified: true })
  expect(await signIn()).toEqual({
    subject: '4711',
    email: 'anna@example.com',
    emailVerified: true,
    name: 'Anna',
  })
})

test('github.com is asked at its own addresses, with PKCE and state', async () => {
  const visit = makeVisit()
  const real = githubSignIn({ url: 'https://github.com', clientId: 'Iv1.abc', clientSecret: 's' })
  const url = await real.begin(visit, { fresh: false })
  expect(url.origin + url.pathname).toBe('https://github.com/login/oauth/authorize')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'Iv1.abc',
    response_type: 'code',
    scope: 'read:user user:email',
    redirect_uri: redirectUri,
    state: visit.state,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
})

test('a primary address that GitHub has not verified does not count as verified', async () => {
  server.person.emails = [
    { email: 'anna@example.com', primary: true, verified: false },
    { email: 'other@example.com', primary: false, verified: true },
  ]
  expect(await signIn()).toMatchObject({ email: 'anna@example.com', emailVerified: false })
})

test('somebody without a primary address comes back without one, named by their login', async () => {
  Object.assign(server.person, { emails: [], name: null })
  expect(await signIn()).toEqual({ subject: '4711', email: null, emailVerified: false, name: 'anna' })
})

test("GitHub's errors sent with status 200 admit nobody", async () => {
  const visit = makeVisit()
  const callback = await visitGithub(visit)
  const other = githubSignIn({ ...server.config, clientSecret: 'guessed' })
  await expect(other.finish(visit, callback)).rejects.toThrow()
  await expect(
    github.finish({ ...visit, codeVerifier: random() }, await visitGithub(visit)),
  ).rejects.toThrow()
})

test('a code is refused the second time', async () => {
  const visit = makeVisit()
  const callback = await visitGithub(visit)
  await github.finish(visit, callback)
  await expect(github.finish(visit, callback)).rejects.toThrow()
})

test('a code that another visit brought back is refused', async () => {
  const [mine, theirs] = [makeVisit(), makeVisit()]
  const callback = await visitGithub(theirs)
  await expect(github.finish(mine, callback)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('"state"') },
  })
  expect(server.asked).not.toContain('POST /login/oauth/access_token')
  callback.searchParams.set('state', mine.state)
  await expect(github.finish(mine, callback)).rejects.toThrow()
})

test('somebody who says no at GitHub is not admitted', async () => {
  server.trouble = 'denied'
  await expect(signIn()).rejects.toThrow()
})

test.each(['down', 'token-500', 'endless-token', 'api-401', 'strange-api'] as const)(
  'a GitHub in trouble admits nobody: %s',
  async (trouble) => {
    const visit = makeVisit()
    const callback = await visitGithub(visit)
    server.trouble = trouble
    await expect(github.finish(visit, callback)).rejects.toThrow()
  },
)

test('a GitHub that hangs is given up after its time', async () => {
  github = githubSignIn(server.config, { timeoutMs: 150 })
  const visit = makeVisit()
  const callback = await visitGithub(visit)
  server.trouble = 'hanging'
  const start = performance.now()
  await expect(github.finish(visit, callback)).rejects.toThrow()
  expect(performance.now() - start).toBeLessThan(3000)
})

test('a server behind plain HTTP elsewhere is never told the secret', async () => {
  const remote = githubSignIn({ ...server.config, url: 'http://github.example.com' })
  await expect(remote.begin(makeVisit(), { fresh: false })).rejects.toThrow(/HTTPS/)
})
