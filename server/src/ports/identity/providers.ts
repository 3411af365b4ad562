import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import type { ClientAuth } from 'openid-client'
import type { ProviderName } from '#contract/identities.ts'
import type { Config } from '../../config.ts'
import type { AppleConfig, OidcConfig } from '../../config-values.ts'
import { githubSignIn } from './github.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { oidcSignIn } from './oidc-sign-in.ts'

/** The providers that are configured, in the order in which people are offered them. Talks to none of them yet. */
export const makeIdentityProviders = ({
  providers,
}: Pick<Config, 'providers'>): ReadonlyMap<ProviderName, IdentityProvider> => {
  const { google, github, apple } = providers
  const configured = [
    google && googleSignIn(google),
    github && githubSignIn(github),
    apple && appleSignIn(apple),
  ]
  return new Map(
    configured.filter((provider) => provider !== null).map((provider) => [provider.name, provider]),
  )
}

/** Google lists `none`, `consent` and `select_account` as what it can be asked, and refuses some that it does not know. */
const googleSignIn = (google: OidcConfig): IdentityProvider =>
  oidcSignIn({ name: 'google', ...google, freshPrompt: 'select_account' })

/** Apple shares address and name only with those who have it answer by a form, which the route turns into an address again. */
const appleSignIn = (apple: AppleConfig): IdentityProvider =>
  oidcSignIn({
    name: 'apple',
    issuer: apple.issuer,
    clientId: apple.clientId,
    clientSecret: appleClientSecret(apple),
    scope: 'openid email name',
    parameters: { response_mode: 'form_post' },
  })

/** A secret that Apple believes because our key signed it, made anew for each request and soon worthless. */
const appleClientSecret = ({ issuer, clientId, teamId, keyId, privateKey }: AppleConfig): ClientAuth => {
  const key = createPrivateKey(privateKey)
  return async (_server, _client, body) => {
    const secret = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(key)
    body.set('client_id', clientId)
    body.set('client_secret', secret)
  }
}
