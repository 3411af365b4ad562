import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ErrorReply, Reason } from '#contract/errors.ts'
import { isStoreAway } from '../cells/pg-errors.ts'
import type { Log } from '../log.ts'
import { Refusal, refuse } from './refusal.ts'

/** The error body of SPEC 0.2. */
export const sendRefusal = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply => {
  const { retryAfter, resetAt, issues, hint, needs } = refusal.detail
  const body: ErrorReply = {
    error: refusal.message,
    code: refusal.code,
    reason: refusal.reason,
    requestId: request.id,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(resetAt === undefined ? {} : { resetAt: resetAt.toISOString() }),
    ...(issues === undefined ? {} : { issues }),
    ...(hint === undefined ? {} : { hint }),
    ...(needs === undefined ? {} : { needs }),
  }
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (refusal.status === 429 && resetAt) reply.header('x-ratelimit-reset', resetAt.toISOString())
  // A refusal leaves no room for the schema of success.
  return reply
    .status(refusal.status)
    .serializer(JSON.stringify)
    .type('application/json; charset=utf-8')
    .send(body)
}

/** Fastify's own refusals of a request, by its code. */
const frameworkReasons: Record<string, Reason> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
}

/** Makes of whatever was thrown the one refusal a client may see; undefined for a fault of ours. */
const toRefusal = (error: unknown): Refusal | undefined => {
  if (error instanceof Refusal) return error
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error)
  if (isStoreAway(error)) return refuse('store_unavailable', { retryAfter: 2, cause: error })
  const { code, statusCode } = error as Partial<FastifyError>
  const reason = code && frameworkReasons[code]
  if (reason) return refuse(reason)
  if (statusCode === 413) return refuse('payload_too_large')
  if (statusCode === 415) return refuse('unsupported_media_type')
  if (statusCode && statusCode >= 400 && statusCode < 500) return refuse('malformed_json')
  return undefined
}

const fromValidation = (error: FastifyError): Refusal => {
  const issues = (error.validation ?? []).slice(0, 20).map(({ instancePath, message }) => ({
    path: instancePath.replace(/^\//, '').replaceAll('/', '.'),
    message: message ?? 'is not valid',
  }))
  const [first] = issues
  const where = first?.path ? `${first.path}: ` : ''
  return refuse('invalid_request', {
    message: `${where}${first?.message ?? 'The request is not valid'}`,
    issues,
  })
}

/** How much of a body that is not read further is taken off the line all the same. */
const readOffBytesMax = 64 * 2 ** 20

/** Lets Node read the rest of a body that is refused, as it does where nobody asked for the connection to be closed. Whoever is still sending when it is
 *  closed, a reverse proxy among them, meets a reset and not the answer (RFC 9112, section 9.6). What says that it is far too long is cut off. A
 *  body that somebody took and broke off is not read by anybody, and a request that asked for the end itself gets it. */
const readOff = ({ headers, raw }: FastifyRequest, reply: FastifyReply): void => {
  if (Number(headers['content-length'] ?? 0) > readOffBytesMax) reply.header('connection', 'close')
  else if (!raw.destroyed && reply.raw.shouldKeepAlive) reply.removeHeader('connection')
}

/** Answers whatever a handler or the framework threw. A fault is logged with where it happened and answered 500. */
export const makeErrorHandler =
  (log: Log, metrics: { noteRefusal(reason: string): void }) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const refusal = toRefusal(error)
    if (refusal) readOff(request, reply)
    metrics.noteRefusal(refusal?.reason ?? 'internal')
    if (refusal) {
      if (refusal.status >= 500)
        log.warn({ requestId: request.id, fault: refusal.detail.cause }, 'unavailable')
      return sendRefusal(request, reply, refusal)
    }
    log.error({ requestId: request.id, route: request.routeOptions.url, fault: error }, 'fault')
    return sendRefusal(request, reply, refuse('internal'))
  }
