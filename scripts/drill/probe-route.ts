import { subscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { bySessionOrLiveKey } from '../../server/src/door/access.ts'

/* Loaded before server/src/main.ts: gives the real server one route that the door opens to editors and that does nothing behind it, so
   that it can be asked as often as the door can answer. */

export const probePath = '/api/drill/role'

const schema = { response: { 200: z.object({ status: z.string() }) } }
const config = { access: bySessionOrLiveKey('apiKeys.manage'), rate: 'default' } as const

// The first Fastify of the process is the server's.
let isInstalled = false
subscribe('fastify.initialization', (message) => {
  if (isInstalled) return
  isInstalled = true
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.get(probePath, { config, schema }, async () => ({ status: 'ok' }))
})
