import { subscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { anyone, bySessionOrLiveKey } from '../server/src/door/access.ts'
import './meter.ts'

/* Loaded before server/src/main.ts: gives the real server two routes that do nothing, alike in all but who may come in. So their
   difference is what the door does for a key, with no handler's queries beside it. */

const schema = { response: { 200: z.object({ status: z.string() }) } }
const answer = async () => ({ status: 'ok' })
const open = { access: anyone('measures a request without a key'), rate: 'unlimited' } as const
const keyed = { access: bySessionOrLiveKey('workspace.view'), rate: 'default' } as const

// The first Fastify of the process is the server's; a hook of its own comes after what the door puts in place.
let isInstalled = false
subscribe('fastify.initialization', (message) => {
  if (isInstalled) return
  isInstalled = true
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.get('/api/bench/open', { config: open, schema }, answer)
  fastify.get('/api/bench/key', { config: keyed, schema }, answer)
})
