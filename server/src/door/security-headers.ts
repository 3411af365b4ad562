import type { FastifyReply } from 'fastify'

const policy = (styleNonce: string | null, connectTo: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self'${styleNonce ? ` 'nonce-${styleNonce}'` : ''}`,
    // Mantine positions things with style attributes; they cannot load or run anything.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connectTo].join(' '),
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** What the API answers is no document: it may load and run nothing at all. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

const headersWith = (contentPolicy: string) => ({
  'content-security-policy': contentPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})
const pageHeaders = headersWith(policy(null))
const apiHeaders = headersWith(apiPolicy)

/** The reference of the API is a page, with scripts and styles of its own. */
const isAnswer = (url: string): boolean => url.startsWith('/api/') && !url.startsWith('/api/docs')

/** Sets what every reply carries. `https` also pins browsers to it. */
export const setSecurityHeaders = (reply: FastifyReply, https: boolean): void => {
  reply.headers(isAnswer(reply.request.url) ? apiHeaders : pageHeaders)
  if (https) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
}

/** A page whose library adds style elements: those with this nonce are allowed, scripts gain nothing. `connectTo` are origins that it may
 *  ask besides its own. */
export const allowStyleNonce = (
  reply: FastifyReply,
  nonce: string,
  connectTo: readonly string[] = [],
): void => {
  reply.header('content-security-policy', policy(nonce, connectTo))
}
