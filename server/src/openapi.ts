import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { version } from './config.ts'
import { anyone } from './door/access.ts'

const open = { access: anyone('the API reference'), rate: 'anonymous' } as const

/** Derives the OpenAPI 3.1 document from the routes' own shapes. Register before the routes. */
export const installOpenApi = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version,
        description:
          'The account plane of a computer-vision platform. Every page of the web app is a client of this API. Errors are `{ "error": "…" }` with a stable `code` and `reason`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'gatehouse_session',
            description: 'A browser session. Changing requests must come from the site itself.',
          },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer ul_…`' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
}

/** Serves the document and a page that reads it. */
export const serveOpenApi = async (app: FastifyInstance): Promise<void> => {
  app.get('/openapi.json', { config: open, schema: { hide: true } }, async () => app.swagger())
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...open, rate: 'unlimited' }
    })
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      uiConfig: { docExpansion: 'list', tryItOutEnabled: false },
    })
  })
}
