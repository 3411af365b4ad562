import { createHmac } from 'node:crypto'
import { equalBytes } from './digest.ts'
import type { KeyRing } from './key-ring.ts'

const signature = (ring: KeyRing, version: number, method: string, path: string, expires: number): Buffer =>
  createHmac('sha256', ring.derive('signed-url', version)).update(`${method}\n${path}\n${expires}`).digest()

/** `path` with an expiry (unix seconds) and an HMAC over method, path and expiry (SPEC, question 45). */
export const signPath = (ring: KeyRing, method: 'GET' | 'PUT', path: string, expiresAt: Date): string => {
  const expires = Math.floor(expiresAt.getTime() / 1000)
  const mac = signature(ring, ring.newest, method, path, expires).toString('base64url')
  return `${path}?expires=${expires}&signature=${ring.newest}.${mac}`
}

/** Whether `query` carries a valid, unexpired signature for this method and path. Never throws on what a client wrote. */
export const isSignatureValid = (
  ring: KeyRing,
  method: 'GET' | 'PUT',
  path: string,
  query: { expires?: unknown; signature?: unknown },
  at: Date,
): boolean => {
  const expires = typeof query.expires === 'string' ? Number(query.expires) : Number.NaN
  const match = /^(\d{1,5})\.([A-Za-z0-9_-]{43})$/.exec(
    typeof query.signature === 'string' ? query.signature : '',
  )
  const version = Number(match?.[1])
  // A link signed under a master key that has been retired is as good as none.
  if (!match || !ring.has(version) || !Number.isSafeInteger(expires) || expires * 1000 < at.getTime())
    return false
  return equalBytes(signature(ring, version, method, path, expires), Buffer.from(match[2] ?? '', 'base64url'))
}
