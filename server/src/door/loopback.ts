import type { FastifyRequest } from 'fastify'
import { refuse } from './refusal.ts'

const addresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const names = new Set(['localhost', '127.0.0.1', '[::1]'])

/** What proxies add to what they pass on. One that adds nothing cannot be told from somebody at this machine. */
const proxyHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
  'via',
]

/** Whether the host of an address, as `URL.hostname` spells it, is this machine. */
export const isLoopbackName = (hostname: string): boolean => names.has(hostname)

/** Only from this machine, and not through a proxy on it: a forwarded request speaks for somebody else. Refuses with loopback_only. */
export const requireLoopback = (request: FastifyRequest): void => {
  const forwarded = proxyHeaders.some((name) => request.headers[name] !== undefined)
  // A page of somebody else's could be resolved to this machine's address; it would still name its own host.
  const ours = isLoopbackName((request.headers.host ?? '').replace(/:\d+$/, ''))
  if (forwarded || !ours || !addresses.has(request.socket.remoteAddress ?? '')) throw refuse('loopback_only')
}
