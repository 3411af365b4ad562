import { aPerson, type Caller } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { type HostileValues, ownerInQuery } from './values.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Somebody with the right access and a request that is accepted. */
export type Base = {
  call: Caller
  params?: Record<string, string>
  query?: Record<string, string>
  body?: Record<string, unknown>
  headers?: Record<string, string>
}

/** One route under attack. `fields` lists, by where they stand, every field and what it refuses; a body field is named by its path,
 *  `[]` being an element of a list and `{}` a value of a map. */
export type HostileRoute = {
  route: `${Method} /${string}`
  /** Which of the shapes that the body may have, where their fields differ. */
  variant?: string
  base: (house: TestHouse) => Promise<Base>
  /** Ingest: unknown fields are dropped, and these may be missing, null or of this emptiness (SPEC 0.2). */
  mayBeEmpty?: Record<string, unknown>
  /** The empty object is a body too: it changes nothing, or leaves all to the defaults. */
  takesNoField?: true
  /** Fields that nobody knows are dropped, because others decide what they send here. */
  takesUnknown?: true
  /** Accepted, and then answered that nothing here can do it (runtime_not_configured). */
  lacksMachine?: true
  /** The field that says for how long the answer goes on. */
  staysOpen?: string
  /** Reads forms or files, not JSON alone: its bodies have a test of their own. */
  readsForms?: true
  /** The largest body the route reads. */
  bodyBytesMax?: number
  fields: {
    path?: Record<string, HostileValues>
    query?: Record<string, HostileValues>
    body?: Record<string, HostileValues>
  }
}

/** What each route needs, made before anybody looks at what is stored: to look once costs more than many requests. */
export const basesOf = async (
  house: TestHouse,
  routes: readonly HostileRoute[],
): Promise<[HostileRoute, Base][]> => {
  const bases: [HostileRoute, Base][] = []
  for (const row of routes) bases.push([row, await row.base(house)])
  return bases
}

/** The largest body of most routes, in bytes. */
export const small = 16 * 1024

/** A person in their own workspace, which the query names. */
export const session = async (house: TestHouse) => {
  const person = await aPerson(house)
  return { person, call: person.call, query: { owner: person.username } }
}

export const manage = { owner: ownerInQuery('somebody') }
