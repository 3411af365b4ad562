import * as openid from 'openid-client'
import { z } from 'zod'
import type { GithubConfig } from '../../config-values.ts'
import { isLoopbackName } from '../../door/loopback.ts'
import { boundedFetch, callMsMax } from './bounded-fetch.ts'
import { toExternalPerson } from './external-person.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { asCalledBack } from './oidc-sign-in.ts'

const User = z.object({ id: z.int().positive(), name: z.string().nullish(), login: z.string().nullish() })
const Emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** Sign-in with GitHub or a GitHub Enterprise Server: OAuth 2.0 with PKCE and state, then its API tells who it is. It knows no
 *  nonce, and no way to make somebody sign in anew; `fresh` asks it to let them choose the account. */
export const githubSignIn = (
  { url, clientId, clientSecret }: GithubConfig,
  { timeoutMs = callMsMax }: { timeoutMs?: number } = {},
): IdentityProvider => {
  const config = configure(url, clientId, clientSecret, timeoutMs)
  const api = url === 'https://github.com' ? 'https://api.github.com' : `${url}/api/v3`

  /** Reads one address of the API. Throws unless the answer is 200 and has the shape. */
  const ask = async <T>(path: string, accessToken: string, shape: z.ZodType<T>): Promise<T> => {
    const headers = new Headers({ accept: 'application/vnd.github+json' })
    const address = new URL(api + path)
    const reply = await openid.fetchProtectedResource(config, accessToken, address, 'GET', null, headers)
    if (reply.status !== 200) throw new Error(`GitHub answered ${reply.status}`)
    return shape.parse(await reply.json())
  }

  return {
    name: 'github',
    issuer: url,

    async begin(visit, { fresh }) {
      return openid.buildAuthorizationUrl(config, {
        scope: 'read:user user:email',
        redirect_uri: visit.redirectUri,
        state: visit.state,
        code_challenge: await openid.calculatePKCECodeChallenge(visit.codeVerifier),
        code_challenge_method: 'S256',
        ...(fresh ? { prompt: 'select_account' } : {}),
      })
    },

    async finish(visit, callback) {
      // An error that GitHub sends with status 200 has no token in it, and the library asks for one.
      const { access_token: token } = await openid.authorizationCodeGrant(
        config,
        asCalledBack(visit, callback),
        { pkceCodeVerifier: visit.codeVerifier, expectedState: visit.state },
      )
      const user = await ask('/user', token, User)
      const emails = await ask('/user/emails?per_page=100', token, Emails)
      const primary = emails.find((email) => email.primary)
      return toExternalPerson({
        subject: String(user.id),
        email: primary?.email,
        emailVerified: primary?.verified,
        name: user.name || user.login,
      })
    },
  }
}

/** GitHub's addresses are known, so nothing is discovered. */
const configure = (
  url: string,
  clientId: string,
  clientSecret: string,
  timeoutMs: number,
): openid.Configuration => {
  const config = new openid.Configuration(
    {
      issuer: `${url}/login/oauth`,
      authorization_endpoint: `${url}/login/oauth/authorize`,
      token_endpoint: `${url}/login/oauth/access_token`,
    },
    clientId,
    undefined,
    openid.ClientSecretPost(clientSecret),
  )
  config.timeout = timeoutMs / 1000
  config[openid.customFetch] = boundedFetch
  const { protocol, hostname } = new URL(url)
  if (protocol === 'http:' && isLoopbackName(hostname)) openid.allowInsecureRequests(config)
  return config
}
