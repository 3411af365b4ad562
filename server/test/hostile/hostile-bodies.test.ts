import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestHouse } from '../test-house.ts'
import { startHostileHouse } from './house.ts'
import {
  addressOf,
  expectNothingStored,
  faultOf,
  methodOf,
  nameOf,
  refusalOf,
  sendJson,
  withField,
} from './refused.ts'
import { hostileRoutes } from './routes.ts'
import type { Base, HostileRoute } from './row.ts'
import { toJson } from './values.ts'

/* Every field of every body with every hostile value, and every body that is no body. */

let house: TestHouse

beforeAll(async () => {
  house = await startHostileHouse()
})
afterAll(() => house.stop())

const json = 'application/json'

describe.each(hostileRoutes.filter(({ fields }) => fields.body).map((row) => [nameOf(row), row] as const))(
  '%s',
  (_name, row) => {
    test('refuses hostile values in every field of its body and stores nothing', async () => {
      const base = await row.base(house)
      const faults: string[] = []
      await expectNothingStored(house, async () => {
        for (const [field, values] of Object.entries(row.fields.body ?? {}))
          for (const [why, hostile] of Object.entries(values)) {
            const { value, allowed } = refusalOf(hostile, [400])
            const fault = faultOf(await sendJson(row, base, withField(base.body, field, value)), allowed)
            if (fault) faults.push(`${field} with ${why} ${fault}`)
          }
        expect(faults).toEqual([])
      })
    })
  },
)

const bodyRoutes = firstOfEach(
  hostileRoutes.filter(
    ({ route, readsForms }) => !route.startsWith('GET') && !readsForms && !isUpload(route),
  ),
)

/** Routes that read a body although they have no shape for one are asked too. */
describe.each(bodyRoutes.map((row) => [nameOf(row), row] as const))('%s', (_name, row) => {
  test('refuses a body that is not what it reads and stores nothing', async () => {
    const base = await row.base(house)
    const faults: string[] = []
    await expectNothingStored(house, async () => {
      for (const { why, payload, type, status } of bodiesFor(row, base)) {
        const headers = { ...base.headers, ...(type === null ? {} : { 'content-type': type }) }
        const fault = faultOf(await base.call(methodOf(row), addressOf(row, base), payload, headers), [
          status,
        ])
        if (fault) faults.push(`${why} ${fault}`)
      }
      expect(faults).toEqual([])
    })
  })
})

type HostileBody = { why: string; payload: string | Buffer; type: string | null; status: number }

const bodiesFor = (row: HostileRoute, base: Base): HostileBody[] => {
  const good = toJson(base.body ?? {})
  const bytesMax = row.bodyBytesMax ?? 2 ** 20
  // As deep as the route reads at all.
  const lists = Math.min(4000, bytesMax / 2 - 10)
  const objects = Math.min(1000, Math.floor(bytesMax / 8))
  const malformed = (why: string, payload: string | Buffer): HostileBody => ({
    why,
    payload,
    type: json,
    status: 400,
  })
  const mistyped = (why: string, type: string | null): HostileBody => ({
    why,
    payload: good,
    type,
    status: 415,
  })
  return [
    malformed('nothing', ''),
    malformed('a brace', '{'),
    malformed('half a body', good.slice(0, -1)),
    malformed('two bodies', good + good),
    malformed('single quotes', "{'email':'x'}"),
    malformed('a trailing comma', '{"a":1,}'),
    malformed('a comment', `/* */${good}`),
    malformed('JavaScript', 'undefined'),
    malformed('not a number', '{"a":NaN}'),
    malformed('a raw null byte', '{"a":"\0"}'),
    malformed('an escaped null byte', '{"a":"\\u0000"}'),
    malformed('half a surrogate pair in escapes', '{"a":"\\ud83d"}'),
    malformed('a key with a null byte', '{"\\u0000":1}'),
    malformed('UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le')),
    malformed('bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80])),
    malformed('a hundred thousand lists', '['.repeat(100_000).slice(0, bytesMax - 10)),
    malformed('lists too deep', `${'['.repeat(lists)}${']'.repeat(lists)}`),
    malformed('objects too deep', `${'{"a":'.repeat(objects)}1${'}'.repeat(objects)}`),
    malformed('a __proto__ key', good.replace('{', '{"__proto__":{"admin":true},')),
    malformed('a constructor.prototype key', good.replace('{', '{"constructor":{"prototype":{}},')),
    mistyped('plain text', 'text/plain'),
    mistyped('a form', 'application/x-www-form-urlencoded'),
    mistyped('parts', 'multipart/form-data; boundary=x'),
    mistyped('XML', 'application/xml'),
    mistyped('bytes of no type', 'application/octet-stream'),
    mistyped('no type that there is', 'x'),
    mistyped('JSON among others', 'text/html, application/json'),
    mistyped('almost JSON', 'application/jsonx'),
    mistyped('nothing of a type', null),
    {
      why: 'too long',
      payload: `${' '.repeat(bytesMax + 1)}${good}`,
      type: json,
      status: 413,
    },
    ...(row.fields.body ? wrongShapes(row, good, malformed) : []),
  ]
}

const wrongShapes = (
  row: HostileRoute,
  good: string,
  malformed: (why: string, payload: string) => HostileBody,
): HostileBody[] => [
  malformed('null', 'null'),
  malformed('true', 'true'),
  malformed('a number', '0'),
  malformed('a huge number', '1e400'),
  malformed('text', '"text"'),
  malformed('an empty list', '[]'),
  malformed('a list with the body', `[${good}]`),
  ...(isIngest(row)
    ? []
    : [
        ...(row.takesNoField ? [] : [malformed('no field', '{}')]),
        malformed('a list that says it is the body', `{"0":${good},"length":1}`),
        malformed('an unknown field', good.replace('{', '{"unknownField":1,')),
        malformed('a field in capitals', good.replace('{', '{"ADMIN":true,')),
        malformed('a word of every object', good.replace('{', '{"constructor":1,')),
        malformed('another word of every object', good.replace('{', '{"toString":1,')),
      ]),
]

function isIngest({ route }: HostileRoute): boolean {
  return route.includes('/api/webhooks/')
}

function isUpload(route: string): boolean {
  return route.includes('/api/uploads/')
}

function firstOfEach(rows: HostileRoute[]): HostileRoute[] {
  return rows.filter(({ route }, index) => rows.findIndex((other) => other.route === route) === index)
}
