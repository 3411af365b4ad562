import type { z } from 'zod'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One route as server and web agree on it. `path` is written the way Fastify and OpenAPI both derive from: `:name` marks
 *  a parameter. `reply` is an allow-list: what it does not name does not leave the server. */
export type Endpoint = {
  method: Method
  path: string
  /** One line of the API reference. */
  summary: string
  /** What a caller should know beyond the summary. */
  description?: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  reply: z.ZodType
  /** Success status where it is not 200 (SPEC 0.2). */
  status?: 201 | 202
}

/** Declares an endpoint and keeps its exact types, so that handler and client infer theirs from it. */
export const endpoint = <const E extends Endpoint>(declaration: E): E => declaration

type Field<E extends Endpoint, K extends 'params' | 'query' | 'body'> = E[K] extends z.ZodType ? E[K] : never

/** What a caller passes, before parsing. */
export type Input<E extends Endpoint, K extends 'params' | 'query' | 'body'> = z.input<Field<E, K>>

/** What a handler receives, after parsing. */
export type Parsed<E extends Endpoint, K extends 'params' | 'query' | 'body'> = z.output<Field<E, K>>

/** What a handler returns. */
export type Reply<E extends Endpoint> = z.input<E['reply']>

/** What a caller gets. */
export type Received<E extends Endpoint> = z.output<E['reply']>
