import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { z } from 'zod'
import type { Access } from '../../src/door/access.ts'
import { startHostileHouse } from '../hostile/house.ts'
import type { TestHouse } from '../test-house.ts'

export type KnownRoute = {
  /** As Fastify knows it: `POST /api/models/:id`. */
  route: string
  access: Access
  /** Whether the query or the address may name a workspace. */
  takesOwner: boolean
}

/** A house, and every route that it was told of while it was put together, whether the API reference shows it or not. Left out are the
 *  files of the web app and of the reference's page, which are the same for everybody and come and go with their builds. */
export const startKnownHouse = async (): Promise<{ house: TestHouse; routes: KnownRoute[] }> => {
  const told: RouteOptions[] = []
  const listen = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => void told.push(route))
  subscribe('fastify.initialization', listen)
  const house = await startHostileHouse().finally(() => unsubscribe('fastify.initialization', listen))
  return { house, routes: told.flatMap(known) }
}

const known = ({ method, url, config, schema }: RouteOptions): KnownRoute[] => {
  const access = config?.access
  if (!access) throw new Error(`${method} ${url} declares nothing`)
  const isFile = access.who === 'anyone' && access.why.startsWith('the page itself')
  if (isFile || url.startsWith('/api/docs')) return []
  const query = schema?.querystring
  const takesOwner = (query instanceof z.ZodObject && 'owner' in query.shape) || url.includes('/:owner')
  return [method].flat().map((verb) => ({ route: `${verb} ${url}`, access, takesOwner }))
}
