import { firstCold, hotKeys, makerKeys } from './keys.ts'
import type { Who } from './load.ts'
import type { PlaceName } from './places.ts'

/** One line of the table: who asks whom for what. */
export type Contender = {
  id: string
  title: string
  at: PlaceName
  path: string
  /** Sent with POST. */
  body?: string
  /** `sessions`: the people who are signed in at the place. */
  who: Who | 'sessions'
}

const hot: Who = { by: 'keys', ...hotKeys, once: false }
const oneHot: Who = { ...hot, count: 1 }
/** How many of them a burst gets is decided when it comes. */
const cold: Who = { by: 'keys', from: firstCold, count: 0, once: true }
const makers: Who = { by: 'keys', ...makerKeys, once: false }

const open = '/api/bench/open'
const checked = '/api/bench/key'
const body = '{"name":"Measured"}'

/** What is measured in each round, in this order. */
export const contendersOf = (keysSmall: number, keysLarge: number, nodes: number): Contender[] => {
  const small = keysSmall.toLocaleString('en')
  const large = keysLarge.toLocaleString('en')
  const line = (
    id: string,
    title: string,
    at: PlaceName,
    path: string,
    who: Contender['who'],
  ): Contender => ({
    id,
    title,
    at,
    path,
    who,
  })
  return [
    line('open', 'Gatehouse, no key', 'small', open, null),
    line('key', 'Gatehouse, one hot key', 'small', checked, oneHot),
    line('keys', `Gatehouse, 100 hot keys of ${small}`, 'small', checked, hot),
    line('keysOfLarge', `Gatehouse, 100 hot keys of ${large}`, 'large', checked, hot),
    line('cold', 'Gatehouse, each key for the first time', 'cold', checked, cold),
    line('sessions', 'Gatehouse, 100 hot sessions', 'small', checked, 'sessions'),
    line('settings', 'Gatehouse, GET /api/settings, 100 hot keys', 'small', '/api/settings', hot),
    line('nodesOpen', `Gatehouse on ${nodes} nodes, no key`, 'nodes', open, null),
    line('nodesKeys', `Gatehouse on ${nodes} nodes, 100 hot keys`, 'nodes', checked, hot),
    line('plain', 'plain Fastify, no key', 'plain', '/open', null),
    line('select', `plain Fastify, one SELECT, 100 keys of ${small}`, 'plain', '/select-small', hot),
    line('selectOfLarge', `plain Fastify, one SELECT, 100 keys of ${large}`, 'plain', '/select-large', hot),
    line('rivalKeys', 'Better Auth, 100 keys, as it comes', 'rival', '/key', hot),
    line('rivalKeysFastest', 'Better Auth, 100 keys, fastest with Postgres', 'rival', '/key-fastest', hot),
    line('rivalKeysInMemory', 'Better Auth, 100 keys, in memory only', 'rival', '/key-in-memory', hot),
    line('rivalSessions', 'Better Auth, 100 sessions, as it comes', 'rival', '/session', 'sessions'),
    line(
      'rivalSessionsCached',
      'Better Auth, 100 sessions, cookie cache',
      'rivalCached',
      '/session-cached',
      'sessions',
    ),
    line('rivalEndpoint', 'Better Auth, its own GET /get-session', 'rival', '/get-session', 'sessions'),
    line(
      'rivalEndpointCached',
      'Better Auth, the same, cookie cache',
      'rivalCached',
      '/get-session-cached',
      'sessions',
    ),
    { ...line('issue', 'Gatehouse, making keys', 'small', '/api/api-keys', makers), body },
    { ...line('rivalIssue', 'Better Auth, making keys', 'rival', '/create', 'sessions'), body },
  ]
}
