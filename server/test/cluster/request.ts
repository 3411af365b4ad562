import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect, isIPv6 } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'

/* What `inject` does, over HTTP: the same options in, a reply of the same shape out. */

export type Requester = {
  inject(options: InjectOptions | string): Promise<LightMyRequestResponse>
  close(): void
}

export type RequesterOptions = {
  /** Comes with each request. */
  headers?: () => Record<string, string>
  /** Whether the port takes the PROXY protocol, so that a caller has whatever address it says; true unless told. */
  sendsProxyLine?: boolean
}

/** Sends to a port of this machine. */
export const makeRequester = (
  port: number,
  { headers = () => ({}), sendsProxyLine = true }: RequesterOptions = {},
): Requester => {
  const agents = new Map<string, Agent>()
  const agentFor = (address: string): Agent => {
    const known = agents.get(address)
    if (known) return known
    const agent = new Agent({ keepAlive: true, maxSockets: 64 })
    agent.createConnection = () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const family = isIPv6(address) ? 'TCP6' : 'TCP4'
      const to = isIPv6(address) ? '::1' : '127.0.0.1'
      if (sendsProxyLine) socket.write(`PROXY ${family} ${address} ${to} 40000 80\r\n`)
      return socket
    }
    agents.set(address, agent)
    return agent
  }
  return {
    async inject(given) {
      const options = typeof given === 'string' ? { url: given } : given
      const target = new URL(String(options.url), 'http://localhost')
      const body = await bodyOf(options.payload ?? options.body)
      const sent: Record<string, string | string[]> = { 'user-agent': 'lightMyRequest', host: target.host }
      for (const [name, value] of Object.entries(options.headers ?? {}))
        if (value !== undefined)
          sent[name.toLowerCase()] = Array.isArray(value) ? value.map(String) : String(value)
      if (body?.isJson) sent['content-type'] ??= 'application/json'
      if (body && sent['transfer-encoding'] === undefined)
        sent['content-length'] ??= String(body.bytes.length)
      return send({
        agent: agentFor(options.remoteAddress ?? '127.0.0.1'),
        method: (options.method ?? 'GET').toUpperCase(),
        path: target.pathname + target.search,
        headers: { ...sent, ...headers() },
        body: body?.bytes,
      })
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

const bodyOf = async (payload: unknown): Promise<{ bytes: Buffer; isJson: boolean } | undefined> => {
  if (payload === undefined || payload === null) return undefined
  if (typeof payload === 'string') return { bytes: Buffer.from(payload), isJson: false }
  if (Buffer.isBuffer(payload)) return { bytes: payload, isJson: false }
  if (typeof (payload as Readable).pipe === 'function')
    return { bytes: await buffer(payload as Readable), isJson: false }
  return { bytes: Buffer.from(JSON.stringify(payload)), isJson: true }
}

type Outgoing = {
  agent: Agent
  method: string
  path: string
  headers: Record<string, string | string[]>
  body: Buffer | undefined
}

const send = ({ body, ...options }: Outgoing): Promise<LightMyRequestResponse> =>
  new Promise((done, failed) => {
    const outgoing = request(options, (reply) => {
      buffer(reply).then((bytes) => {
        done(replyOf(reply.statusCode ?? 0, reply.statusMessage ?? '', reply.headers, bytes))
      }, failed)
    })
    outgoing.on('error', failed)
    outgoing.end(body)
  })

const replyOf = (
  statusCode: number,
  statusMessage: string,
  received: IncomingHttpHeaders,
  rawPayload: Buffer,
): LightMyRequestResponse => {
  const lines = received['set-cookie']
  const headers = { ...received, ...(lines?.length === 1 ? { 'set-cookie': lines[0] } : {}) }
  const payload = rawPayload.toString()
  const reply = {
    statusCode,
    statusMessage,
    headers,
    trailers: {},
    rawPayload,
    payload,
    body: payload,
    json: () => JSON.parse(payload),
    cookies: (lines ?? []).map(parseCookie),
  }
  return reply as unknown as LightMyRequestResponse
}

const parseCookie = (line: string) => {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const cut = pair.indexOf('=')
  const cookie: Record<string, unknown> = {
    name: pair.slice(0, cut),
    value: decodeURIComponent(pair.slice(cut + 1)),
  }
  for (const attribute of attributes) {
    const [name = '', ...rest] = attribute.split('=')
    const value = rest.join('=')
    const word = name.toLowerCase()
    if (word === 'max-age') cookie.maxAge = Number(value)
    else if (word === 'expires') cookie.expires = new Date(value)
    else if (word === 'httponly') cookie.httpOnly = true
    else if (word === 'secure') cookie.secure = true
    else if (word === 'samesite') cookie.sameSite = value
    else cookie[word] = value
  }
  return cookie
}
