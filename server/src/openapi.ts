import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { version } from './config.ts'
import { anyone } from './door/access.ts'

type Operation = { operationId?: string; responses?: Record<string, { description: string }> }
type OpenApiDocument = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

const descriptions: Record<string, string> = {
  '4XX': 'Refused: `error` says why, `reason` is what a program branches on',
  '5XX': 'A fault or a store that is away; try again later',
}

/** Names every operation and reply, and drops the second copy of each shape that the type provider writes for requests. */
const tidy = (document: OpenApiDocument): OpenApiDocument => {
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      operation.operationId ??= operationIdOf(method, path)
      for (const [status, response] of Object.entries(operation.responses ?? {}))
        response.description = descriptions[status] ?? 'Done'
    }
  const { schemas } = document.components
  const text = JSON.stringify(document.paths)
  for (const name of Object.keys(schemas))
    if (name.endsWith('Input') && !text.includes(`#/components/schemas/${name}"`)) delete schemas[name]
  return document
}

/** `get /api/models/{id}/training` becomes `getModelsByIdTraining`. */
const operationIdOf = (method: string, path: string): string =>
  method +
  path
    .replace(/^\/api/, '')
    .replace(/\{(\w+)\}/g, 'by-$1')
    .replace(/[^a-z0-9]+(.)?/gi, (_match, next = '') => next.toUpperCase())

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
    transformObject: (document) => tidy(jsonSchemaTransformObject(document) as OpenApiDocument) as never,
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
      // Without the top bar, which would offer to load documents from elsewhere.
      uiConfig: { layout: 'BaseLayout', docExpansion: 'none', deepLinking: true, tryItOutEnabled: false },
      theme: { title: 'API reference · Gatehouse' },
      logo: { type: 'image/svg+xml', content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
    })
  })
}
