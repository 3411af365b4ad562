import type { FastifyReply, FastifyRequest } from 'fastify'
import { makeToken } from '../../crypto/token.ts'
import type { ClientDetails } from '../../door/actor.ts'
import { clientOf } from '../../door/door.ts'
import type { House } from '../../house.ts'
import { type Client, deviceSeconds } from './sessions/known-device.ts'
import { endSession } from './sessions/session.ts'

/** The browser that asks, with the lasting token that tells it from others; one that has none is given one when it gets in. */
export const browserOf = (
  { cookies }: Pick<House, 'cookies'>,
  request: FastifyRequest,
): Client & ClientDetails => {
  const known = cookies.read(request, 'gatehouse_device')
  const device = known && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : makeToken()
  return { ...clientOf(request), device }
}

/** Puts a session into the browser, in place of whatever it had. With `client` it is a sign-in, and the browser is remembered. */
export const keepSession = (
  { cookies, config }: Pick<House, 'cookies' | 'config'>,
  reply: FastifyReply,
  cookie: string,
  client?: Client,
): void => {
  cookies.write(reply, 'gatehouse_session', cookie, config.sessionAbsoluteSeconds)
  if (client) cookies.write(reply, 'gatehouse_device', client.device, deviceSeconds)
}

/** Ends the session that the browser carries, on every node: what was known before a sign-in must not open what comes after it, and a
 *  sign-out is one at once. */
export const endOwnSession = async (
  house: Pick<House, 'cookies' | 'cells'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const cookie = house.cookies.read(request, 'gatehouse_session')
  const cell = cookie === undefined ? undefined : await endSession(house, cookie)
  if (cell) await reply.settle(cell)
}

/** Takes a sign-in that waited for its second factor out of the browser. */
export const endPendingSignIn = (
  { cookies }: Pick<House, 'cookies'>,
  request: FastifyRequest,
  reply: FastifyReply,
): void => {
  if (cookies.read(request, 'gatehouse_second_factor') !== undefined)
    cookies.clear(reply, 'gatehouse_second_factor')
}
