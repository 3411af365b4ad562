import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { default as Provider } from 'oidc-provider'
import { z } from 'zod'
import { Email } from '#contract/common.ts'
import type { Config } from '../../config.ts'
import { sha256 } from '../../crypto/digest.ts'
import { anyone } from '../../door/access.ts'
import { isLoopbackName, requireLoopback } from '../../door/loopback.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { endedPage, pageStyle, signInPage } from './local-page.ts'
import { oidcSignIn } from './oidc-sign-in.ts'
import { makeOpenIdServer } from './openid-server.ts'

const root = '/_identity'
const peopleMax = 1000

const config = {
  access: anyone('answers on the loopback address only, and vouches for nobody elsewhere'),
  rate: 'unlimited',
} as const
const hidden = { hide: true }

/** Whether the try-out provider may exist at all. It signs anybody in as anybody, so it is there only where nothing is real and
 *  nobody else can come: embedded stores, embedded mail, and this machine's own address. */
export const localIdentityAllowed = (config: Config): boolean =>
  config.stores === null &&
  config.smtp === null &&
  /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(config.host) &&
  (config.publicUrl === null || isLoopbackName(new URL(config.publicUrl).hostname))

/** Serves an OpenID provider under /_identity, and returns the way to sign in with it. `siteUrl` has to be the address at which
 *  this server hears itself; it is asked when somebody first signs in, since the port is known only then. */
export const mountLocalProvider = (http: FastifyInstance, siteUrl: () => string): IdentityProvider => {
  const people = new People()
  const client = { id: 'gatehouse', secret: randomBytes(32).toString('base64url') }
  const issuer = once(() => `${siteUrl()}${root}`)
  const server = once(() =>
    makeOpenIdServer({
      issuer: issuer(),
      client: { ...client, redirectUris: [`${siteUrl()}/api/auth/oauth/local/callback`] },
      claimsOf: (subject) => people.claimsOf(subject),
      interactionPath: (uid) => `${root}/interaction/${uid}`,
      errorPage: endedPage,
    }),
  )
  const provider = async (): Promise<Provider> => (await server()).provider

  void http.register(async (scope) => {
    scope.addHook('onRequest', async (request) => requireLoopback(request))
    await scope.register(async (inner) => pageRoutes(inner, provider, people))
    await scope.register(async (inner) => protocolRoutes(inner, provider))
  })

  const signIn = once(() =>
    oidcSignIn({ name: 'local', issuer: issuer(), clientId: client.id, clientSecret: client.secret }),
  )
  return {
    name: 'local',
    // Its subjects come from the typed address, wherever the server listens today.
    issuer: 'local',
    begin: (visit, options) => signIn().begin(visit, options),
    finish: (visit, callback, options) => signIn().finish(visit, callback, options),
  }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Who has been somebody here since the server started. */
class People {
  private readonly claims = new Map<string, Record<string, unknown>>()

  /** Returns the subject: the same for the same address, today and after a restart. */
  add(email: string, name: string, isVerified: boolean): string {
    const subject = sha256(`local provider: ${email}`).toString('hex').slice(0, 32)
    this.claims.delete(subject)
    this.claims.set(subject, { email, email_verified: isVerified, ...(name === '' ? {} : { name }) })
    if (this.claims.size > peopleMax) this.claims.delete(this.claims.keys().next().value ?? '')
    return subject
  }

  claimsOf(subject: string): Record<string, unknown> | undefined {
    return this.claims.get(subject)
  }
}

const Form = z.object({
  choice: z.enum(['continue', 'cancel']).default('continue'),
  email: z.string().max(1000).default(''),
  name: z.string().trim().max(100).default(''),
  verified: z.literal('yes').optional(),
})

const pageRoutes = (http: FastifyInstance, provider: () => Promise<Provider>, people: People): void => {
  const form = { parseAs: 'string', bodyLimit: 16 * 1024 } as const
  http.addContentTypeParser(
    'application/x-www-form-urlencoded',
    form,
    async (_request: unknown, text: string) => Object.fromEntries(new URLSearchParams(text)),
  )

  http.get(`${root}/page.css`, { config, schema: hidden }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(pageStyle),
  )

  http.get(`${root}/interaction/:uid`, { config, schema: hidden }, async (request, reply) => {
    if (!(await isUnderWay(await provider(), request, reply))) return sendPage(reply, 400, endedPage())
    return sendPage(reply, 200, signInPage(request.url, { email: '', name: '', isVerified: true }))
  })

  const schema = { ...hidden, body: Form }
  http.post(`${root}/interaction/:uid`, { config, schema }, async (request, reply) => {
    const opened = await provider()
    if (!(await isUnderWay(opened, request, reply))) return sendPage(reply, 400, endedPage())
    const { choice, email, name, verified } = request.body as z.output<typeof Form>
    const isVerified = verified === 'yes'
    const address = Email.safeParse(email)
    if (choice === 'continue' && !address.success) {
      const problem = 'Type an e-mail address, such as anna@example.com.'
      return sendPage(reply, 400, signInPage(request.url, { email, name, isVerified, problem }))
    }
    const result =
      address.success && choice === 'continue'
        ? { login: { accountId: people.add(address.data, name, isVerified), remember: false } }
        : { error: 'access_denied', error_description: 'The person cancelled' }
    return reply.redirect(await opened.interactionResult(request.raw, reply.raw, result), 303)
  })
}

/** Whether the address and the cookie speak of the same sign-in, and it has not ended. */
const isUnderWay = async (
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> => {
  try {
    const { uid } = await provider.interactionDetails(request.raw, reply.raw)
    return uid === (request.params as { uid: string }).uid
  } catch (error) {
    if ((error as Error).name === 'SessionNotFound') return false
    throw error
  }
}

const sendPage = (reply: FastifyReply, status: number, html: string): FastifyReply =>
  reply.status(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html)

/** Everything else is OpenID Connect itself, answered by the package below `root` from the bare request. */
const protocolRoutes = (http: FastifyInstance, provider: () => Promise<Provider>): void => {
  http.removeAllContentTypeParsers()
  // The body is left in the request for the package to read.
  http.addContentTypeParser('*', (_request, _payload, done) => done(null))

  http.route({
    method: ['GET', 'POST'],
    url: `${root}/*`,
    config,
    schema: hidden,
    async handler(request, reply) {
      const answer = (await provider()).callback()
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value)
      // The package finds out from these two that it is mounted below a path.
      Object.assign(request.raw, { originalUrl: request.raw.url, url: request.raw.url?.slice(root.length) })
      await answer(request.raw, reply.raw)
    },
  })
}
