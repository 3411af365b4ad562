import { z } from 'zod'
import type { Endpoint, Input, Received } from '#contract/endpoint.ts'
import { ErrorReply } from '#contract/errors.ts'

/** What went wrong with a call. `status` 0 means that no answer came. `reason` is what code branches on; the sentences for
 *  people are in problem.ts. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly reason: string
  readonly requestId: string | undefined
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | undefined
  /** The one thing that would allow it, in a sentence. Only where the server may tell. */
  readonly hint: string | undefined
  /** The same for code: a role, scopes, a plan or a session. */
  readonly needs: ErrorReply['needs']
  readonly issues: { path: string; message: string }[]

  constructor(status: number, reply: Partial<ErrorReply> & { error: string; reason: string }) {
    super(reply.error)
    this.name = 'ApiError'
    this.status = status
    this.code = reply.code ?? ''
    this.reason = reply.reason
    this.requestId = reply.requestId
    this.retryAfter = reply.retryAfter
    this.hint = reply.hint
    this.needs = reply.needs
    this.issues = reply.issues ?? []
  }
}

export const isApiError = (error: unknown, reason?: string): error is ApiError =>
  error instanceof ApiError && (reason === undefined || error.reason === reason)

type Part<E extends Endpoint, K extends 'params' | 'query' | 'body'> = E[K] extends z.ZodType
  ? Record<never, never> extends Input<E, K>
    ? { [key in K]?: Input<E, K> }
    : { [key in K]: Input<E, K> }
  : { [key in K]?: undefined }

type Request<E extends Endpoint> = Part<E, 'params'> &
  Part<E, 'query'> &
  Part<E, 'body'> & { signal?: AbortSignal; keepalive?: boolean }

type Loose = {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
  keepalive?: boolean
}

let actingIn: string | null = null

/** Names the workspace this tab acts in from now on; null while nobody is signed in, or until that is known. The session has one
 *  active workspace for all tabs, and another of them may switch it: by naming the one it shows, a tab never acts elsewhere. */
export const actIn = (username: string | null): void => {
  actingIn = username
}

const asksForOwner = ({ query }: Endpoint): boolean => query instanceof z.ZodObject && 'owner' in query.shape

/** The address of `endpoint` with its parameters filled in, and with the workspace of this tab where the endpoint asks for an
 *  owner and the caller names none. Undefined query values are left out. */
export const addressOf = (
  endpoint: Endpoint,
  { params = {}, query = {} }: Pick<Loose, 'params' | 'query'> = {},
): string => {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  const owner = asksForOwner(endpoint) ? (query.owner ?? actingIn) : undefined
  for (const [name, value] of Object.entries({ ...query, owner })) {
    if (value !== undefined && value !== null) search.set(name, String(value))
  }
  return search.size > 0 ? `${path}?${search}` : path
}

type Asked<E extends Endpoint> = Record<never, never> extends Request<E> ? [Request<E>?] : [Request<E>]

/** Calls one endpoint of the contract and answers what its reply schema lets through. Throws `ApiError`. */
export const call = async <E extends Endpoint>(endpoint: E, ...[request]: Asked<E>): Promise<Received<E>> => {
  const response = await ask(endpoint, (request ?? {}) as Loose)
  const json = await readJson(response)
  if (!response.ok) throw refusalFrom(response, json)
  const reply = endpoint.reply.safeParse(json)
  if (!reply.success) {
    console.error(`Unexpected reply of ${endpoint.method} ${endpoint.path}`, z.treeifyError(reply.error))
    throw new ApiError(response.status, { error: 'Unexpected reply', reason: 'unexpected_reply' })
  }
  return reply.data as Received<E>
}

const ask = (endpoint: Endpoint, { body, signal, keepalive, ...rest }: Loose): Promise<Response> =>
  send(addressOf(endpoint, rest), {
    method: endpoint.method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    credentials: 'same-origin',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    ...(keepalive && { keepalive }),
  })

const send = (address: string, init: RequestInit): Promise<Response> => whole(() => fetch(address, init))

/** Undefined where the answer is whole and yet no JSON. */
const readJson = (response: Response): Promise<unknown> =>
  whole(() =>
    response.json().catch((cause) => {
      if (cause instanceof SyntaxError) return undefined
      throw cause
    }),
  )

/** What the network does not finish is an answer that never came; what the page itself gave up stays so. */
const whole = async <T>(receive: () => Promise<T>): Promise<T> => {
  try {
    return await receive()
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, { error: 'No answer', reason: 'no_answer' })
  }
}

const refusalFrom = (response: Response, json: unknown): ApiError => {
  const reply = ErrorReply.safeParse(json)
  const retryAfter = Number(response.headers.get('retry-after')) || undefined
  if (reply.success) {
    return new ApiError(response.status, { ...reply.data, retryAfter: reply.data.retryAfter ?? retryAfter })
  }
  return new ApiError(response.status, {
    error: response.statusText,
    reason: response.status >= 500 ? 'internal' : 'unexpected_reply',
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfter,
  })
}
