import type { FastifyInstance } from 'fastify'
import { refuse } from '../door/refusal.ts'

const paths = new Set(['/healthz', '/readyz', '/metrics'])

/** For a process that takes jobs only: it answers whoever watches over it, and everything else is not found there. */
export const answerWatchersOnly = (http: FastifyInstance): void => {
  http.addHook('onRequest', async ({ url }) => {
    if (!paths.has(url.split('?')[0] ?? '')) throw refuse('route_not_found')
  })
}
