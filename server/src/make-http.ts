import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Actor } from './door/actor.ts'
import { answerBrokenRequest } from './door/broken-request.ts'
import { refuse } from './door/refusal.ts'
import { makeErrorHandler } from './door/replies.ts'
import { setSecurityHeaders } from './door/security-headers.ts'
import type { House } from './house.ts'
import type { Metrics } from './operator/metrics.ts'

type Usage = { note(actor: Actor, method: string, path: string, at: Date): void }

/** The server that routes are put on: what every request passes besides the door. `usage` hears of each request by somebody. */
export const makeHttp = (house: House, metrics: Metrics, usage: Usage): FastifyInstance => {
  const { config, log, clock } = house
  const onError = makeErrorHandler(log, metrics)
  const http = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    trustProxy: config.trustedProxies.length ? config.trustedProxies : false,
    bodyLimit: 1024 * 1024,
    // A JSON body may use a name that matters to JavaScript objects; it is refused with a sentence.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: (error, socket) => {
      metrics.noteRefusal(answerBrokenRequest(error, socket))
    },
    // Node would refuse a request without a Host in words of its own; the hook below does.
    http: { requireHostHeader: false },
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply, isHttps(house))
      reply.header('x-request-id', request.id)
      onError(error, request, reply)
    },
    // An upload of 1 GiB over a slow line takes its time; headers still have to arrive promptly.
    requestTimeout: 15 * 60_000,
    forceCloseConnections: 'idle',
  })
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  http.setErrorHandler(onError)
  // JSON is the one thing that is read, so that a wrong type is told apart from a wrong body.
  http.removeContentTypeParser('text/plain')
  // Every request passes these: with a callback each costs less than with a promise.
  http.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(reply, isHttps(house))
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    const isNameless = request.headers.host === undefined && request.raw.httpVersion === '1.1'
    done(
      isNameless ? refuse('invalid_request', { message: 'The request does not name its host' }) : undefined,
    )
  })
  // Before the answer leaves, so that whoever gets it finds its own use counted. Once: an answer that fails is followed by one that says so.
  const noted = new WeakSet<FastifyRequest>()
  http.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.actor && !noted.has(request))
      usage.note(request.actor, request.method, request.routeOptions.url ?? '', clock.now())
    noted.add(request)
    done()
  })
  http.addHook('onResponse', (request, reply, done) => {
    // The pattern, not the address: an address may hold a token or a name.
    const route = request.is404 ? 'page' : (request.routeOptions.url ?? 'unknown')
    const ms = Math.round(reply.elapsedTime * 10) / 10
    metrics.noteRequest(request.method, route, reply.statusCode, ms / 1000)
    const by = request.actor?.credential
    const who = by ? (by.kind === 'key' ? { keyId: by.keyId } : { sessionId: by.sessionId }) : {}
    log.info(
      { requestId: request.id, method: request.method, route, status: reply.statusCode, ms, ...who },
      'request',
    )
    done()
  })
  return http
}

const isHttps = ({ config }: House): boolean => config.publicUrl?.startsWith('https:') ?? false
