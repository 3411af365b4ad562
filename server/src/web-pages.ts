import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { anyone } from './door/access.ts'
import { refuse } from './door/refusal.ts'
import { sendRefusal } from './door/replies.ts'
import { allowStyleNonce } from './door/security-headers.ts'

const open = {
  access: anyone('the page itself; what it shows comes through the API'),
  rate: 'unlimited',
} as const

/** Serves the built web app: its files as they are, and its one page for every address that is no file and no API. `connectTo` are the
 *  origins besides this one that the page asks. */
export const installWebPages = async (
  app: FastifyInstance,
  dist: URL,
  connectTo: readonly string[] = [],
): Promise<void> => {
  const page = await readFile(new URL('index.html', dist), 'utf8').catch(() => undefined)
  if (page === undefined) {
    app.setNotFoundHandler((request, reply) => sendRefusal(request, reply, refuse('route_not_found')))
    return
  }
  await app.register(async (files) => {
    files.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...open }
      route.schema = { ...route.schema, hide: true }
    })
    await files.register(fastifyStatic, {
      root: fileURLToPath(dist),
      index: false,
      wildcard: false,
      globIgnore: ['index.html', '.build-hash', '**/*.gz', '**/*.br'],
      preCompressed: true,
      // Built files carry a hash of their content in their names.
      setHeaders: (reply, path) =>
        reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    })
  })
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' || request.method === 'HEAD'
    const path = request.url.split('?')[0] ?? ''
    if (!isPage || /^\/(api|assets|_[a-z]+)(\/|\.|$)/.test(path) || /\.[a-z0-9]{2,5}$/.test(path))
      return sendRefusal(request, reply, refuse('route_not_found'))
    const nonce = randomBytes(16).toString('base64')
    allowStyleNonce(reply, nonce, connectTo)
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page.replace('__CSP_NONCE__', nonce))
  })
}
