import * as openid from 'openid-client'
import { isLoopbackName } from '../../door/loopback.ts'
import { boundedFetch, callMsMax } from './bounded-fetch.ts'
import { type Claims, toExternalPerson } from './external-person.ts'
import type { IdentityProvider, Visit } from './identity-provider.ts'

export type OidcSignInOptions = {
  name: IdentityProvider['name']
  /** As its discovery document spells it. Plain HTTP only on this machine. */
  issuer: string
  clientId: string
  /** The client's secret, or how it proves itself otherwise. */
  clientSecret: string | openid.ClientAuth
  scope?: string
  /** How the provider is asked to have somebody sign in anew. */
  freshPrompt?: 'login' | 'select_account'
  /** More parameters of the way to the provider. */
  parameters?: Record<string, string>
  /** For each call to the provider. */
  timeoutMs?: number
}

/** A fresh sign-in may have happened this long ago: the way back takes people a moment. */
const freshSecondsMax = 5 * 60

/** Sign-in with any OpenID Connect issuer. What it says is judged by the machine's own clock, never by the product's: a token is
 *  made and ends in real time, whatever a rehearsal does with ours. */
export const oidcSignIn = (options: OidcSignInOptions): IdentityProvider => {
  const discover = discoverOnce(options)
  return {
    name: options.name,
    issuer: options.issuer,

    async begin(visit, { fresh }) {
      return openid.buildAuthorizationUrl(await discover(), {
        scope: options.scope ?? 'openid email profile',
        redirect_uri: visit.redirectUri,
        state: visit.state,
        nonce: visit.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(visit.codeVerifier),
        code_challenge_method: 'S256',
        ...options.parameters,
        ...(fresh ? { prompt: options.freshPrompt ?? 'login', max_age: '0' } : {}),
      })
    },

    async finish(visit, callback, { fresh } = { fresh: false }) {
      const config = await discover()
      const tokens = await openid.authorizationCodeGrant(config, asCalledBack(visit, callback), {
        pkceCodeVerifier: visit.codeVerifier,
        expectedState: visit.state,
        expectedNonce: visit.nonce,
        idTokenExpected: true,
      })
      const idToken = tokens.claims()
      if (!idToken) throw new Error('The provider sent no ID token')
      if (fresh) refuseOldSignIn(idToken.auth_time)
      return toExternalPerson(await claimsFrom(config, tokens.access_token, idToken))
    },
  }
}

/** Discovery happens when it is first needed. What was found is kept; after a failure the next caller tries again. */
const discoverOnce = ({ issuer, clientId, clientSecret, timeoutMs = callMsMax }: OidcSignInOptions) => {
  const { protocol, hostname } = new URL(issuer)
  const execute = [
    // Without it a token that comes straight from the provider would be believed because of TLS alone, its signature unread.
    openid.enableNonRepudiationChecks,
    ...(protocol === 'http:' && isLoopbackName(hostname) ? [openid.allowInsecureRequests] : []),
  ]
  const clientAuth = typeof clientSecret === 'string' ? openid.ClientSecretPost(clientSecret) : clientSecret
  let found: Promise<openid.Configuration> | undefined
  return (): Promise<openid.Configuration> => {
    found ??= openid
      .discovery(new URL(issuer), clientId, undefined, clientAuth, {
        timeout: timeoutMs / 1000,
        [openid.customFetch]: boundedFetch,
        execute,
      })
      .catch((error: unknown) => {
        found = undefined
        throw error
      })
    return found
  }
}

/** The callback under the address it was asked for: what the server sees of its own address may differ behind a proxy. */
export const asCalledBack = ({ redirectUri }: Visit, callback: URL): URL => {
  const url = new URL(redirectUri)
  url.search = callback.search
  return url
}

/** A provider that tells when the person signed in there is taken at its word; some never do. */
const refuseOldSignIn = (authTime: number | undefined): void => {
  if (authTime !== undefined && Date.now() / 1000 - authTime > freshSecondsMax)
    throw new Error('The person was not asked to sign in again')
}

/** The ID token tells, or else the provider is asked; the library refuses an answer about somebody else. */
const claimsFrom = async (
  config: openid.Configuration,
  accessToken: string,
  idToken: openid.IDToken,
): Promise<Claims> => {
  const said =
    idToken.email === undefined && config.serverMetadata().userinfo_endpoint
      ? { name: idToken.name, ...(await openid.fetchUserInfo(config, accessToken, idToken.sub)) }
      : idToken
  return { subject: idToken.sub, email: said.email, emailVerified: said.email_verified, name: said.name }
}
