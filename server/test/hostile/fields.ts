import type { FastifyInstance } from 'fastify'

export type JsonSchema = {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  additionalProperties?: boolean | JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  minLength?: number
  maxLength?: number
  $ref?: string
}

export type Operation = {
  /** As the contract writes it: `POST /api/models/:id`. */
  route: string
  method: string
  path: string
  parameters: { in: 'path' | 'query'; name: string; schema: JsonSchema }[]
  body: JsonSchema | undefined
  /** Whether the route asks who is there; one that takes passers-by too does not. */
  isGuarded: boolean
}

type Document = {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Operation['parameters']
        security?: Record<string, unknown>[]
        requestBody?: { content: { 'application/json': { schema: JsonSchema } } }
      }
    >
  >
}

/** Every route the API reference knows, with the shapes it parses. */
export const operationsOf = (http: FastifyInstance): Operation[] =>
  Object.entries((http.swagger() as unknown as Document).paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([name, operation]) => {
      const method = name.toUpperCase()
      const path = address.replace(/\{(\w+)\}/g, ':$1')
      return {
        route: `${method} ${path}`,
        method,
        path,
        parameters: operation.parameters ?? [],
        body: operation.requestBody?.content['application/json'].schema,
        isGuarded: Boolean(operation.security?.length) && !operation.security?.some(isOpen),
      }
    }),
  )

const isOpen = (scheme: Record<string, unknown>): boolean => Object.keys(scheme).length === 0

/** Every field of an operation: `query.limit`, `path.id`, `body.scopes[]`, and with the name of the shape where a body has several:
 *  `body(epoch_end).data.epoch`. */
export const fieldsOf = ({ parameters, body }: Operation): Set<string> => {
  const fields = new Set(parameters.map(({ in: where, name }) => `${where}.${name}`))
  const variants = body?.oneOf
  for (const variant of variants ?? []) addFields(fields, `body(${variantName(variant)})`, variant)
  if (body && !variants) addFields(fields, 'body', body)
  return fields
}

/** The shape of a body, or the one of its shapes that calls itself `variant`. */
export const bodyOf = ({ route, body }: Operation, variant?: string): JsonSchema => {
  const shape = variant ? body?.oneOf?.find((option) => variantName(option) === variant) : body
  if (!shape) throw new Error(`${route} has no body ${variant ?? ''}`)
  return shape
}

/** What a shape calls itself: the one word that one of its fields must be. */
const variantName = ({ properties = {} }: JsonSchema): string =>
  String(Object.values(properties).find((property) => property.enum?.length === 1)?.enum?.[0])

const addFields = (fields: Set<string>, at: string, schema: JsonSchema): void => {
  if (schema.$ref) throw new Error(`${at} is a reference; teach this file to follow it`)
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    fields.add(`${at}.${name}`)
    addFields(fields, `${at}.${name}`, property)
  }
  const { items, additionalProperties } = schema
  if (items && isShaped(items)) {
    fields.add(`${at}[]`)
    addFields(fields, `${at}[]`, items)
  }
  if (typeof additionalProperties === 'object' && isShaped(additionalProperties)) {
    fields.add(`${at}{}`)
    addFields(fields, `${at}{}`, additionalProperties)
  }
  for (const option of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) addFields(fields, at, option)
}

const isShaped = (schema: JsonSchema): boolean => Object.keys(schema).length > 0
