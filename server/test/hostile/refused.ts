import { readdir } from 'node:fs/promises'
import type { LightMyRequestResponse } from 'fastify'
import type pg from 'pg'
import { expect } from 'vitest'
import { ErrorReply, errors } from '#contract/errors.ts'
import type { TestHouse } from '../test-house.ts'
import type { Base, HostileRoute, Method } from './row.ts'
import { RawText, RefusedWith, toJson } from './values.ts'

type Answer = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body'>

/** Whether an answer is a refusal as SPEC 0.2 writes them: a 4xx, a sentence, a reason of ours and nothing of our insides. Gives what
 *  is wrong with it, or undefined. */
export const faultOf = (
  { statusCode, headers, body }: Answer,
  allowed: readonly number[],
): string | undefined => {
  if (!allowed.includes(statusCode)) return `answered ${statusCode} ${body.slice(0, 200)}`
  if (!String(headers['content-type']).startsWith('application/json'))
    return `came as ${headers['content-type']}`
  const parsed = ErrorReply.strict().safeParse(JSON.parse(body))
  if (!parsed.success) return `is no error body: ${body.slice(0, 200)}`
  const { error, code, reason, requestId } = parsed.data
  const known = (errors as Record<string, { code: string; status: number } | undefined>)[reason]
  if (!known || known.code !== code || known.status !== statusCode)
    return `has reason ${reason} and code ${code}`
  if (error.trim().length < 3) return `says nothing: "${error}"`
  if (!/^[0-9a-f-]{36}$/.test(requestId)) return `has request id "${requestId}"`
  if (/\bat .*\.[cm]?[jt]s:\d|node_modules|select .* from|"stack"/i.test(body))
    return `tells of our insides: ${body}`
  return undefined
}

/** Fails unless the answer is a refusal with one of these statuses. */
export const expectRefused = (answer: Answer, ...allowed: number[]): void =>
  expect(faultOf(answer, allowed)).toBeUndefined()

/** What is written on purpose whatever a request says: when a key or a session was last seen. */
const seen = ['last_used_at', 'usage_count', 'last_active_at']

/** And by whom, and for what; and which nodes listen, with every beat of theirs. */
const seenTables = ['api_key_clients', 'api_key_uses', 'gate_nodes']

/** A digest of everything that is stored: each table's rows, the jobs, the files and the mail. */
export const stored = async (house: TestHouse): Promise<Record<string, string>> => {
  const pools: [string, pg.Pool][] = [
    ['directory', house.directory.database.pool],
    ...house.cells.all.map((cell): [string, pg.Pool] => [cell.id, cell.pool]),
  ]
  const digests = await Promise.all(
    pools.map(async ([place, pool]) => {
      const { rows } = await pool.query<{ name: string; digest: string }>(await digestQuery(place, pool))
      return rows.map(({ name, digest }): [string, string] => [`${place} ${name}`, digest])
    }),
  )
  const files = await readdir(house.filesDir, { recursive: true })
  return {
    ...Object.fromEntries(digests.flat()),
    files: files.sort().join(' '),
    mail: String(house.mailbox.list().length),
  }
}

const queries = new WeakMap<pg.Pool, string>()

const digestQuery = async (place: string, pool: pg.Pool): Promise<string> => {
  const known = queries.get(pool)
  if (known) return known
  const { rows } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where (schemaname = 'public' or tablename = '_private_jobs') and tablename <> all ($1)`,
    [seenTables],
  )
  if (rows.length < 4) throw new Error(`Found too few tables in ${place}`)
  const query = rows
    .map(
      ({ name }) =>
        `select '${name}' as name, count(*) || ':' || coalesce(md5(string_agg(row, '|' order by row)), '') as digest
         from (select (to_jsonb(t) - '{${seen.join(',')}}'::text[])::text as row from ${name} t) rows`,
    )
    .join(' union all ')
  queries.set(pool, query)
  return query
}

/** Fails when `attack` leaves anything behind. */
export const expectNothingStored = async (
  house: TestHouse,
  attack: () => Promise<unknown>,
): Promise<void> => {
  const before = await storedAtRest(house)
  await attack()
  expect(await storedAtRest(house)).toEqual(before)
}

/** What is stored once nothing moves any more: a client that broke off has its answer before the server has cleaned up after it. */
const storedAtRest = async (house: TestHouse): Promise<Record<string, string>> => {
  let last = await stored(house)
  for (let tries = 0; tries < 100; tries++) {
    await new Promise((next) => setTimeout(next, 10))
    const now = await stored(house)
    if (!/incoming\//.test(now.files ?? '') && JSON.stringify(now) === JSON.stringify(last)) return now
    last = now
  }
  return last
}

/** The address of a request, with one part replaced. */
export const addressOf = (
  { route }: Pick<HostileRoute, 'route'>,
  { params = {}, query = {} }: Base,
  hostile: { path?: Record<string, unknown>; query?: Record<string, unknown> } = {},
): string => {
  const path = (route.split(' ')[1] ?? '').replace(/:(\w+)/g, (_all, name) =>
    escaped({ ...params, ...hostile.path }[name]),
  )
  const pairs = Object.entries({ ...query, ...hostile.query }).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(name)}=${escaped(one)}`),
  )
  return pairs.length ? `${path}?${pairs.join('&')}` : path
}

const escaped = (value: unknown): string =>
  value instanceof RawText ? value.text : encodeURIComponent(String(value))

/** A copy of `body` with the field at `path` replaced; `undefined` takes it away. */
export const withField = (body: unknown, path: string, value: unknown): unknown => {
  const [, name = '', rest = ''] = /^([^.[{]*)(.*)$/.exec(path) ?? []
  if (path === '') return value
  if (path.startsWith('[]')) return [withField(undefined, path.slice(2), value)]
  if (path.startsWith('{}')) return { 0: withField(undefined, path.slice(2), value) }
  const object = { ...(body as Record<string, unknown>) }
  const next = withField(object[name], rest.replace(/^\./, ''), value)
  if (next === undefined) delete object[name]
  else object[name] = next
  return object
}

/** Sends a request with a JSON body, raw parts and all. */
export const sendJson = (route: HostileRoute, base: Base, body: unknown, address = addressOf(route, base)) =>
  base.call(methodOf(route), address, toJson(body), { ...base.headers, 'content-type': 'application/json' })

export const methodOf = ({ route }: Pick<HostileRoute, 'route'>) => route.split(' ')[0] as Method

/** Sends the request that ought to be accepted. */
export const sendBase = (route: HostileRoute, base: Base) =>
  base.body === undefined
    ? base.call(methodOf(route), addressOf(route, base), undefined, base.headers)
    : sendJson(route, base, base.body)

/** A hostile value and the status it is refused with. */
export const refusalOf = (
  hostile: unknown,
  usual: readonly number[],
): { value: unknown; allowed: readonly number[] } =>
  hostile instanceof RefusedWith
    ? { value: hostile.value, allowed: [hostile.status] }
    : { value: hostile, allowed: usual }

export const nameOf = ({ route, variant }: HostileRoute): string =>
  variant ? `${route} (${variant})` : route
