import type {} from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

type CookieName =
  | 'gatehouse_session'
  | 'gatehouse_sign_up'
  /** A sign-in that waits for its second factor. */
  | 'gatehouse_second_factor'
  /** A visit to a provider under way. */
  | 'gatehouse_visit'
  /** Tells this browser from others of the same person. Opens nothing. */
  | 'gatehouse_device'

/** Our cookies: HttpOnly, SameSite=Lax, and on https also Secure with the `__Host-` prefix (SPEC 2). */
export type Cookies = {
  read(request: FastifyRequest, name: CookieName): string | undefined
  write(reply: FastifyReply, name: CookieName, value: string, maxAgeSeconds: number): void
  clear(reply: FastifyReply, name: CookieName): void
}

export const makeCookies = (https: boolean): Cookies => {
  const nameOf = (name: CookieName) => (https ? `__Host-${name}` : name)
  const options = { httpOnly: true, sameSite: 'lax', secure: https, path: '/' } as const
  return {
    read: (request, name) => request.cookies[nameOf(name)] || undefined,
    write(reply, name, value, maxAgeSeconds) {
      reply.setCookie(nameOf(name), value, { ...options, maxAge: maxAgeSeconds })
    },
    clear(reply, name) {
      reply.clearCookie(nameOf(name), options)
    },
  }
}
