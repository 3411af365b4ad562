import type { IncomingHttpHeaders } from 'node:http'

/** What changes nothing (RFC 9110, 9.2.1). */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

/** The addresses that count as this site (SPEC 18): PUBLIC_URL, or while it is unset the request's own host when that is loopback. */
const siteOrigins = (
  headers: IncomingHttpHeaders,
  publicUrl: string | null,
  fallbackUrl: string,
): string[] => {
  if (publicUrl) return [new URL(publicUrl).origin]
  const host = headers.host ?? ''
  return loopbackHost.test(host) ? [`http://${host}`, fallbackUrl] : [fallbackUrl]
}

/** Whether a changing request may be honoured although a browser attaches cookies by itself. A client that sends neither a cookie
 *  nor an Origin is no browser page and has nothing to borrow. */
export const isSameOrigin = (
  headers: IncomingHttpHeaders,
  hasCookie: boolean,
  publicUrl: string | null,
  fallbackUrl: string,
): boolean => {
  const { origin } = headers
  if (origin !== undefined) return siteOrigins(headers, publicUrl, fallbackUrl).includes(origin)
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return !hasCookie
}

/** Whether a browser says that a page of another site sent this request. Clients that are no browser say nothing. */
export const isFromElsewhere = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site']
  return site === 'cross-site' || site === 'same-site'
}
