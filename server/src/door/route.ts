import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Endpoint, Parsed, Reply } from '#contract/endpoint.ts'
import { ErrorReply } from '#contract/errors.ts'
import type { Access, ActorFor, Declaration } from './access.ts'

export type Call<E extends Endpoint, A extends Access> = {
  actor: ActorFor<A>
  params: Parsed<E, 'params'>
  query: Parsed<E, 'query'>
  body: Parsed<E, 'body'>
  request: FastifyRequest
  reply: FastifyReply
}

/** Puts an endpoint of the contract behind the door: a column of declarations and a body that calls one function. */
export const route = <E extends Endpoint, A extends Access, const R extends Reply<E>>(
  app: FastifyInstance,
  endpoint: E,
  {
    access,
    rate,
    onlyAdds,
    bodyBytesMax,
    tag,
  }: Declaration & { access: A; bodyBytesMax?: number; tag: string },
  handler: (call: Call<E, A>) => Promise<R>,
): void => {
  const { method, path, summary, description, params, query, body, reply, status = 200 } = endpoint
  app.route({
    method,
    url: path,
    config: { access, rate, ...(onlyAdds ? { onlyAdds } : {}) },
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    schema: {
      summary,
      ...(description === undefined ? {} : { description }),
      tags: [tag],
      security: securityOf(access),
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      response: { [status]: reply, '4xx': ErrorReply, '5xx': ErrorReply },
    },
    handler: async (request, response) => {
      response.status(status)
      return handler({
        actor: request.actor as ActorFor<A>,
        params: request.params as Parsed<E, 'params'>,
        query: request.query as Parsed<E, 'query'>,
        body: request.body as Parsed<E, 'body'>,
        request,
        reply: response,
      })
    },
  })
}

const securityOf = (access: Access): Record<string, string[]>[] => {
  if (access.who === 'anyone') return []
  if (access.who === 'person') return [{ session: [] }]
  const session = access.who === 'reader' || access.session ? [{ session: [] }] : []
  const key = access.key === null ? [] : [{ apiKey: [] }]
  return [...(access.who === 'reader' ? [{}] : []), ...session, ...key]
}
