import type { LightMyRequestResponse } from 'fastify'
import type { ProviderName } from '#contract/identities.ts'
import { githubSignIn } from '../src/ports/identity/github.ts'
import type { IdentityProvider } from '../src/ports/identity/identity-provider.ts'
import { oidcSignIn } from '../src/ports/identity/oidc-sign-in.ts'
import type { Browser } from './browser.ts'
import {
  followToCallback,
  type GithubServer,
  type OidcServer,
  startGithubServer,
  startOidcServer,
} from './identity-servers.ts'
import type { Caller } from './people.ts'
import { startTestHouse, type TestHouse, type TestHouseOptions } from './test-house.ts'

const site = 'http://localhost:3000'

export type ProviderHouse = {
  house: TestHouse
  google: OidcServer
  github: GithubServer
  stop(): Promise<void>
}

/** A house where people sign in with a real OpenID server under the name of Google, and a server like GitHub. */
export const startProviderHouse = async (
  options: Omit<TestHouseOptions, 'providers'> = {},
): Promise<ProviderHouse> => {
  const [google, github] = [await startOidcServer(), await startGithubServer()]
  const providers = new Map<ProviderName, IdentityProvider>([
    ['google', oidcSignIn({ name: 'google', ...google.config })],
    ['github', githubSignIn(github.config)],
  ])
  const house = await startTestHouse({ ...options, providers })
  return {
    house,
    google,
    github,
    async stop() {
      await house.stop()
      await google.stop()
      await github.stop()
    },
  }
}

/** Somebody at both providers alike. The subject is another for each address unless told. */
export const beSomebody = (
  { google, github }: Pick<ProviderHouse, 'google' | 'github'>,
  email: string | null,
  { verified = true, subject = email ?? 'nobody' }: { verified?: boolean; subject?: string } = {},
): void => {
  google.person = {
    sub: `google-${subject}`,
    ...(email === null ? {} : { email, email_verified: verified }),
    name: 'Anna Example',
  }
  let hash = 0
  for (const letter of subject) hash = (hash * 31 + letter.charCodeAt(0)) % 1_000_000_007
  // Of the same length for everybody, or the length of a cookie would tell them apart.
  const id = 2_000_000_000 + hash
  const emails = email === null ? [] : [{ email, primary: true, verified }]
  github.person = { id, login: 'anna', name: 'Anna Example', emails }
}

/** Begins a visit and goes through the provider. Returns the path and query that it sends the browser back to, not called yet. */
export const visitProvider = async (
  call: Caller,
  provider: ProviderName,
  query: Record<string, string> = {},
): Promise<string> => {
  const begun = await call('GET', `/api/auth/oauth/${provider}?${new URLSearchParams(query)}`)
  const location = begun.headers.location
  if (begun.statusCode !== 302 || !location?.startsWith('http'))
    throw new Error(`No visit began: ${begun.statusCode} ${location ?? begun.body}`)
  const { pathname, search } = await followToCallback(
    new URL(location),
    `${site}/api/auth/oauth/${provider}/`,
  )
  return pathname + search
}

/** The whole visit. */
export const signInWith = async (
  { call }: Pick<Browser, 'call'>,
  provider: ProviderName,
  query: Record<string, string> = {},
): Promise<LightMyRequestResponse> => call('GET', await visitProvider(call, provider, query))

/** Where a reply sends the browser: the path, and the problem it tells. */
export const sentTo = ({ headers }: LightMyRequestResponse): { path: string; problem: string | null } => {
  const { origin, pathname, searchParams } = new URL(headers.location ?? '', site)
  return { path: origin === site ? pathname : `${origin}${pathname}`, problem: searchParams.get('problem') }
}

/** Ends the sign-up in a browser whose address is proved. */
export const finishSignUp = (browser: Browser, username: string) =>
  browser.call('POST', '/api/onboarding', { username, displayName: 'Anna', region: 'us' })
