import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import type { JWK, KoaContextWithOIDC, default as Provider } from 'oidc-provider'
import { memoryStore } from './memory-store.ts'

export type OpenIdServerOptions = {
  issuer: string
  /** The one client; it proves itself by its secret in the body. */
  client: { id: string; secret: string; redirectUris: string[] }
  /** The claims about a subject besides its name; undefined when nobody has that name. */
  claimsOf(subject: string): Record<string, unknown> | undefined
  /** The path on the issuer's origin where somebody says who they are. */
  interactionPath(uid: string): string
  /** The page for an answer that cannot be sent back to the client. */
  errorPage(): string
  /** Whether the ID token carries the claims, or leaves them to userinfo. */
  claimsInIdToken?: boolean
}

export type OpenIdServer = { provider: Provider; signingKey: JWK }

/** Seconds. A sign-in that takes longer than half an hour starts again. */
const lives = {
  Interaction: 1800,
  AuthorizationCode: 60,
  AccessToken: 300,
  IdToken: 300,
  Session: 1800,
  Grant: 1800,
}

const scopes = { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] }

/** An OpenID provider for this process: keys of its own, nothing kept, nobody asked for consent, PKCE from everybody. The package
 *  is loaded when it is first needed. Every setting here that repeats a default keeps the package from saying so on the console. */
export const makeOpenIdServer = async (options: OpenIdServerOptions): Promise<OpenIdServer> => {
  const { Provider } = await import('oidc-provider/lib/provider.js')
  const signingKey = await makeSigningKey()
  const { id, secret, redirectUris } = options.client
  const provider = new Provider(options.issuer, {
    adapter: memoryStore(),
    jwks: { keys: [signingKey] },
    clients: [
      {
        client_id: id,
        client_secret: secret,
        redirect_uris: redirectUris,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    scopes: ['openid', 'email', 'profile', 'name'],
    claims: { ...scopes, name: ['name'] },
    conformIdTokenClaims: !(options.claimsInIdToken ?? true),
    pkce: { required: () => true },
    responseTypes: ['code'],
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: {
        session: 'identity_session',
        interaction: 'identity_interaction',
        resume: 'identity_resume',
      },
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    ttl: lives,
    clientBasedCORS: () => false,
    interactions: { url: (_ctx, { uid }) => options.interactionPath(uid) },
    loadExistingGrant: grantEverything,
    renderError(ctx) {
      ctx.type = 'html'
      ctx.body = options.errorPage()
    },
    async findAccount(_ctx, subject) {
      const claims = options.claimsOf(subject)
      return claims && { accountId: subject, claims: async () => ({ ...claims, sub: subject }) }
    },
  })
  return { provider, signingKey }
}

/** Whoever says who they are has said enough. */
const grantEverything = async ({ oidc }: KoaContextWithOIDC) => {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client?.clientId,
    accountId: oidc.session?.accountId,
  })
  grant.addOIDCScope('openid email profile name')
  await grant.save()
  return grant
}

const makeSigningKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = randomBytes(8).toString('hex')
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid } as JWK
}
