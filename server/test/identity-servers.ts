import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import type { GithubConfig, OidcConfig } from '../src/config-values.ts'
import { makeOpenIdServer, type OpenIdServer } from '../src/ports/identity/openid-server.ts'

/* Providers of sign-in on this machine, for tests: they admit whoever the test names, and misbehave when it asks them to. */

/** What a test makes a server do to whoever calls it. */
type NetworkTrouble =
  /** Connections are cut. */
  | 'down'
  /** Calls are taken and never answered. */
  | 'hanging'
  /** The token address answers 500. */
  | 'token-500'
  /** The token address answers with megabytes. */
  | 'endless-token'
  /** The person says no. */
  | 'denied'

export type OidcTrouble =
  | NetworkTrouble
  | 'wrong-nonce'
  | 'no-nonce'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'foreign-key'
  | 'unsigned'
  | 'expired'
  | 'no-id-token'
  /** The person signed in there long ago and was not asked again. */
  | 'stale-sign-in'
  /** Userinfo speaks of somebody else than the ID token. */
  | 'foreign-userinfo'

/** Whom the server signs in next, in the words of OpenID Connect. */
export type OidcPerson = { sub: string; email?: unknown; email_verified?: unknown; name?: unknown }

export type OidcServer = {
  /** What GOOGLE_ISSUER and its neighbours would be set to. */
  config: OidcConfig
  person: OidcPerson
  trouble: OidcTrouble | null
  /** Method and path of what was asked, oldest first. */
  asked: string[]
  stop(): Promise<void>
}

export type OidcServerOptions = {
  person?: OidcPerson
  clientId?: string
  /** Whether the ID token carries address and name, or userinfo alone. */
  claimsInIdToken?: boolean
  /** Judges the client's secret; without it, it has to be the one in `config`. */
  acceptsSecret?: (secret: string) => boolean | Promise<boolean>
}

/** A real OpenID provider without a page: everybody who comes is `person` at once. Any callback address is accepted. */
export const startOidcServer = async (options: OidcServerOptions = {}): Promise<OidcServer> => {
  const listening = await listen((request, response) => void answer(request, response))
  const clientSecret = randomBytes(24).toString('base64url')
  const server: OidcServer = {
    config: { issuer: listening.url, clientId: options.clientId ?? 'gatehouse-tests', clientSecret },
    person: options.person ?? {
      sub: 'anna-1',
      email: 'anna@example.com',
      email_verified: true,
      name: 'Anna',
    },
    trouble: null,
    asked: [],
    stop: listening.stop,
  }
  const people = new Map<string, OidcPerson>()
  const opened = await makeOpenIdServer({
    issuer: listening.url,
    client: {
      id: server.config.clientId,
      secret: clientSecret,
      redirectUris: ['http://localhost/callback'],
    },
    claimsOf: (subject) => people.get(subject),
    interactionPath: (uid) => `/interaction/${uid}`,
    errorPage: () => 'The provider refuses',
    claimsInIdToken: options.claimsInIdToken ?? true,
  })
  const { provider } = opened
  const client = provider.Client.prototype
  client.redirectUriAllowed = () => true
  if (options.acceptsSecret) client.compareClientSecret = options.acceptsSecret
  const protocol = provider.callback()

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', listening.url).pathname
    server.asked.push(`${request.method} ${path}`)
    const { trouble } = server
    if (meetsTrouble(trouble, path === '/token', request, response)) return
    if (path.startsWith('/interaction/')) {
      people.set(server.person.sub, server.person)
      const ts = trouble === 'stale-sign-in' ? { ts: Math.floor(Date.now() / 1000) - 86_400 } : {}
      const result =
        trouble === 'denied'
          ? { error: 'access_denied' }
          : { login: { accountId: server.person.sub, remember: false, ...ts } }
      return provider.interactionFinished(request, response, result)
    }
    if (trouble && (path === '/token' || path === '/me'))
      rewriteReply(response, (body) => distort(body, trouble, opened))
    await protocol(request, response)
  }
  return server
}

/** Answers in the stead of a server that is in trouble; false when it is well enough to answer itself. */
const meetsTrouble = (
  trouble: string | null,
  isTokenRequest: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): boolean => {
  if (trouble === 'down') request.socket.destroy()
  else if (trouble === 'token-500' && isTokenRequest) response.writeHead(500).end('Oh no')
  else if (trouble === 'endless-token' && isTokenRequest)
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ filling: 'x'.repeat(4_000_000) }))
  else return trouble === 'hanging'
  return true
}

/** Lets `change` see what is about to be answered, and answers with what it returns. */
const rewriteReply = (response: ServerResponse, change: (body: Reply) => Promise<Reply>): void => {
  const end = response.end.bind(response)
  response.end = ((body: string) => {
    void change(JSON.parse(body) as Reply).then((changed) => {
      const text = JSON.stringify(changed)
      response.setHeader('content-length', Buffer.byteLength(text))
      end(text)
    })
    return response
  }) as typeof response.end
}

type Reply = Record<string, unknown>

const distort = async (body: Reply, trouble: OidcTrouble, { signingKey }: OpenIdServer): Promise<Reply> => {
  if (trouble === 'foreign-userinfo' && 'sub' in body) return { ...body, sub: 'somebody-else' }
  if (typeof body.id_token !== 'string') return body
  const { id_token: idToken, ...others } = body
  if (trouble === 'no-id-token') return others
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload
  const now = Math.floor(Date.now() / 1000)
  const changes: Partial<Record<OidcTrouble, JWTPayload>> = {
    'wrong-nonce': { nonce: 'of another visit' },
    'no-nonce': { nonce: undefined },
    'wrong-issuer': { iss: 'https://accounts.evil.example' },
    'wrong-audience': { aud: 'another-client' },
    expired: { iat: now - 900, exp: now - 300 },
    'foreign-key': {},
    unsigned: {},
  }
  const change = changes[trouble]
  if (!change) return body
  const payload = { ...claims, ...change }
  if (trouble === 'unsigned') {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    return { ...body, id_token: `${part({ alg: 'none' })}.${part(payload)}.` }
  }
  const key =
    trouble === 'foreign-key'
      ? (await generateKeyPair('ES256')).privateKey
      : await importJWK(signingKey as Record<string, string>, 'ES256')
  const header = { alg: 'ES256', kid: signingKey.kid ?? '' }
  return { ...body, id_token: await new SignJWT(payload).setProtectedHeader(header).sign(key) }
}

export type GithubTrouble =
  | NetworkTrouble
  /** Its API does not take the token. */
  | 'api-401'
  /** Its API answers with something else than GitHub's shapes. */
  | 'strange-api'

export type GithubPerson = {
  id: number
  login: string
  name: string | null
  emails: { email: string; primary: boolean; verified: boolean }[]
}

export type GithubServer = {
  config: GithubConfig
  person: GithubPerson
  trouble: GithubTrouble | null
  asked: string[]
  stop(): Promise<void>
}

/** A GitHub Enterprise Server as far as signing in goes. Wrong codes, secrets, verifiers and addresses are answered with status
 *  200 and an `error`, as GitHub does. */
export const startGithubServer = async (options: { person?: GithubPerson } = {}): Promise<GithubServer> => {
  const listening = await listen((request, response) => void answer(request, response))
  const server: GithubServer = {
    config: {
      url: listening.url,
      clientId: 'Iv1.gatehouse',
      clientSecret: randomBytes(24).toString('base64url'),
    },
    person: options.person ?? {
      id: 4711,
      login: 'anna',
      name: 'Anna',
      emails: [{ email: 'anna@example.com', primary: true, verified: true }],
    },
    trouble: null,
    asked: [],
    stop: listening.stop,
  }
  /** The request that each unused code came from. */
  const codes = new Map<string, URLSearchParams>()
  const tokens = new Map<string, GithubPerson>()

  const authorize = (asked: URLSearchParams): string => {
    const callback = new URL(asked.get('redirect_uri') ?? '')
    callback.searchParams.set('state', asked.get('state') ?? '')
    if (server.trouble === 'denied') callback.searchParams.set('error', 'access_denied')
    else {
      const code = randomBytes(10).toString('hex')
      codes.set(code, asked)
      callback.searchParams.set('code', code)
    }
    return callback.href
  }

  const redeem = (form: URLSearchParams): Reply => {
    const { clientId, clientSecret } = server.config
    const asked = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      return { error: 'incorrect_client_credentials' }
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (asked?.get('code_challenge_method') !== 'S256' || asked.get('code_challenge') !== challenge)
      return { error: 'bad_verification_code' }
    if (asked.get('redirect_uri') !== form.get('redirect_uri')) return { error: 'redirect_uri_mismatch' }
    const token = `gho_${randomBytes(18).toString('hex')}`
    tokens.set(token, server.person)
    return { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' }
  }

  const answerApi = (path: string, request: IncomingMessage, response: ServerResponse): void => {
    const person = tokens.get((request.headers.authorization ?? '').replace(/^bearer /i, ''))
    if (!person || server.trouble === 'api-401') sendJson(response, 401, { message: 'Bad credentials' })
    else if (server.trouble === 'strange-api') sendJson(response, 200, { message: 'Hello' })
    else if (path === '/api/v3/user')
      sendJson(response, 200, { id: person.id, login: person.login, name: person.name })
    else if (path === '/api/v3/user/emails') sendJson(response, 200, person.emails)
    else sendJson(response, 404, { message: 'Not Found' })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', listening.url)
    server.asked.push(`${request.method} ${path}`)
    if (meetsTrouble(server.trouble, path === '/login/oauth/access_token', request, response)) return
    if (path === '/login/oauth/authorize')
      response.writeHead(302, { location: authorize(searchParams) }).end()
    else if (path === '/login/oauth/access_token' && request.method === 'POST')
      sendJson(response, 200, redeem(new URLSearchParams(await text(request))))
    else answerApi(path, request, response)
  }
  return server
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

const listen = async (answer: RequestListener): Promise<{ url: string; stop(): Promise<void> }> => {
  const http = createServer(answer)
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((done) => http.close(done))
      http.closeAllConnections()
      await closed
    },
  }
}

/** Keeps cookies by name and path and follows nothing by itself. */
export class CookieJar {
  private readonly cookies = new Map<string, { path: string; name: string; value: string }>()

  async fetch(url: URL, init: RequestInit = {}): Promise<Response> {
    const sent = [...this.cookies.values()]
      .filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
    const headers = new Headers(init.headers)
    if (sent.length) headers.set('cookie', sent.join('; '))
    const reply = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of reply.headers.getSetCookie()) this.keep(line)
    return reply
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/'
    if (value === '') this.cookies.delete(`${path} ${name}`)
    else this.cookies.set(`${path} ${name}`, { path, name, value })
  }
}

/** Follows a visit to a provider as a browser would, up to the address below `redirectUriPrefix` that it is sent back to, which
 *  is not called. A form that a provider answers with (`response_mode=form_post`) becomes that address with its fields in the
 *  query. */
export const followToCallback = async (
  beginUrl: URL,
  redirectUriPrefix: string,
  jar: CookieJar = new CookieJar(),
): Promise<URL> => {
  let url = beginUrl
  for (let hop = 0; hop < 10; hop++) {
    if (url.href.startsWith(redirectUriPrefix)) return url
    const reply = await jar.fetch(url)
    const location = reply.headers.get('location')
    if (location) {
      await reply.body?.cancel()
      url = new URL(location, url)
      continue
    }
    const page = await reply.text()
    const back = callbackOfForm(page)
    if (!back?.href.startsWith(redirectUriPrefix))
      throw new Error(`The provider stopped at ${url.pathname} with ${reply.status}: ${page.slice(0, 300)}`)
    return back
  }
  throw new Error('The provider redirects in circles')
}

const callbackOfForm = (page: string): URL | undefined => {
  const plain = (html: string) =>
    html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1]
  if (!action) return undefined
  const url = new URL(plain(action))
  for (const [, name = '', value = ''] of page.matchAll(/<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g))
    url.searchParams.set(plain(name), plain(value))
  return url
}
