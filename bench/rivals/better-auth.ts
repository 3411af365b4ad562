import { hash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import pg from 'pg'
import { keyValueSql } from '../keys.ts'
import '../meter.ts'

/* Better Auth on the same Postgres: its checks of a key and of a session and its making of a key, behind a plain Fastify without a log
   that answers as our probe routes do. They are called on the server (`auth.api`), which costs less than its own endpoints; that of
   the session is there as well. Fills its database at its start. */

const [databaseUrl = '', keyCount = '0'] = process.argv.slice(2)
const peopleCount = 100

// As many connections as a pool of the server has.
const database = new pg.Pool({ connectionString: databaseUrl, max: 10 })
// Postgres may stop first; that is the end of the measurement anyway.
database.on('error', () => {})
database.on('connect', (client) => client.on('error', () => {}))

const common = {
  database,
  baseURL: 'http://localhost',
  secret: 'a secret of the bench that opens nothing',
  logger: { disabled: true },
  telemetry: { enabled: false },
  // Of its own endpoints; nobody is refused.
  rateLimit: { enabled: false },
  // What puts work off leaves it running.
  advanced: { backgroundTasks: { handler: () => {} } },
  // Signing up is not measured, and need not take its time.
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password: string) => hash('sha256', password), verify: async () => true },
  },
}

/** As it comes, but for the ten requests a day that a key is allowed then: as with ours, nobody is refused. */
const asItComes = betterAuth({ ...common, plugins: [apiKey({ rateLimit: { maxRequests: 1_000_000_000 } })] })

const kept = new Map<string, string>()
const customStorage = {
  get: async (name: string) => kept.get(name) ?? null,
  set: async (name: string, value: string) => void kept.set(name, value),
  delete: async (name: string) => void kept.delete(name),
}
const quick = { rateLimit: { enabled: false }, deferUpdates: true, customStorage } as const

/** The fastest with keys in Postgres: read from the memory of the process, no rate limit, all put off that can be. Sessions are read
 *  from a signed cookie, for as long as the measurement takes. */
const fastest = betterAuth({
  ...common,
  session: { cookieCache: { enabled: true, maxAge: 24 * 3600 } },
  plugins: [apiKey({ ...quick, storage: 'secondary-storage', fallbackToDatabase: true })],
})

/** The same with keys nowhere but in the memory of this one process: nobody could run it so, but nothing it offers is faster. */
const inMemory = betterAuth({ ...common, plugins: [apiKey({ ...quick, storage: 'secondary-storage' })] })

const fill = async (): Promise<string[]> => {
  await (await getMigrations(asItComes.options)).runMigrations()
  const cookies: string[] = []
  for (let n = 0; n < peopleCount; n++) {
    const body = { name: `Bench ${n}`, email: `bench-${n}@example.com`, password: `password ${n}` }
    const { headers } = await fastest.api.signUpEmail({ body, returnHeaders: true })
    cookies.push(
      headers
        .getSetCookie()
        .map((cookie) => cookie.slice(0, cookie.indexOf(';')))
        .join('; '),
    )
  }
  // The rows that creating a key leaves; the digest as the plugin writes it.
  await database.query(
    `insert into apikey (id, "configId", name, start, "referenceId", key, enabled, "rateLimitEnabled", "rateLimitTimeWindow",
       "rateLimitMax", "requestCount", "createdAt", "updatedAt", metadata)
     select 'key' || n, 'default', 'Key ' || n, left(value, 6), owners.ids[1 + n % cardinality(owners.ids)],
       translate(encode(sha256(convert_to(value, 'UTF8')), 'base64'), '+/=', '-_'), true, true, 86400000, 1000000000, 0, now(), now(), 'null'
     from generate_series(0, $1::int - 1) n,
       lateral (select ${keyValueSql('n')} as value) made, (select array_agg(id) as ids from "user") owners`,
    [keyCount],
  )
  await database.query('vacuum analyze')
  return cookies
}

const cookies = await fill()

type Checking = Pick<typeof asItComes.api, 'verifyApiKey'>
const ok = { status: 'ok' }
const checkKey = async ({ api }: { api: Checking }, { headers }: FastifyRequest) => {
  const key = headers.authorization?.slice('Bearer '.length) ?? ''
  const { valid, error } = await api.verifyApiKey({ body: { key } })
  if (!valid) throw new Error(`Every key that is measured is valid: ${error?.message}`)
  return ok
}
const checkSession = async (auth: typeof asItComes | typeof fastest, { headers }: FastifyRequest) => {
  const session = await auth.api.getSession({ headers: new Headers({ cookie: headers.cookie ?? '' }) })
  if (!session) throw new Error('Everybody who is measured is signed in')
  return ok
}

/** Its own endpoint, mounted as its documentation says. */
const getSession = async (
  { handler }: Pick<typeof asItComes, 'handler'>,
  { headers }: FastifyRequest,
  reply: FastifyReply,
) => {
  const url = 'http://localhost/api/auth/get-session'
  const answer = await handler(new Request(url, { headers: { cookie: headers.cookie ?? '' } }))
  reply.status(answer.status)
  for (const [name, value] of answer.headers) reply.header(name, value)
  return answer.text()
}

const http = Fastify({ logger: false })
const schema = { response: { 200: { type: 'object', properties: { status: { type: 'string' } } } } }
http.get('/key', { schema }, (request) => checkKey(asItComes, request))
http.get('/key-fastest', { schema }, (request) => checkKey(fastest, request))
http.get('/key-in-memory', { schema }, (request) => checkKey(inMemory, request))
http.get('/session', { schema }, (request) => checkSession(asItComes, request))
http.get('/session-cached', { schema }, (request) => checkSession(fastest, request))
http.get('/get-session', (request, reply) => getSession(asItComes, request, reply))
http.get('/get-session-cached', (request, reply) => getSession(fastest, request, reply))
// By somebody who is signed in, as with us: only the digest is kept.
http.post('/create', async ({ headers }) => {
  const cookie = new Headers({ cookie: headers.cookie ?? '' })
  const { id, key } = await asItComes.api.createApiKey({ body: { name: 'Measured' }, headers: cookie })
  return { id, key }
})
/** What the generator signs in with: without the cached session for those who do not read it. */
http.get('/cookies', async () => ({
  cookies: cookies.map((cookie) => cookie.split('; ').find((part) => part.includes('session_token'))),
  cached: cookies,
}))
await http.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`running at http://localhost:${(http.server.address() as AddressInfo).port}\n`)
