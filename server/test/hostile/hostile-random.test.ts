import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aPerson } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { bodyOf, type JsonSchema, type Operation, operationsOf } from './fields.ts'
import { startHostileHouse } from './house.ts'
import { addressOf, faultOf, methodOf, nameOf } from './refused.ts'
import { hostileRoutes } from './routes.ts'
import type { Base, HostileRoute } from './row.ts'

/* Requests that nobody thought of, close to the right shape or far from it: each is done or refused, none is a fault. */

const seed = 20_260_302
const refusals = [400, 401, 403, 404, 409, 413, 415, 429]

let house: TestHouse

beforeAll(async () => {
  house = await startHostileHouse()
})
afterAll(() => house.stop())

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    "' or 1=1--",
    '\u202e',
    '9'.repeat(400),
    '../..',
    '%',
    '-1',
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  fc.bigInt().map(String),
  fc.double().map(String),
)

const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324, -0),
)

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  anyText,
  anyNumber,
  fc.object({ maxDepth: 2 }),
  fc.constant(null),
)

/** Mostly what the shape asks for, now and then something else. */
const near = (schema: JsonSchema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: exactly(schema) }, { weight: 1, arbitrary: anything })

const exactly = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const options = schema.anyOf ?? schema.oneOf
  if (options) return fc.oneof(...options.map(near))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const [type] = [schema.type ?? []].flat()
  switch (type) {
    case 'object':
      return fc.oneof(
        fc.record(mapValues(schema.properties ?? {}, near), { requiredKeys: [] }),
        fc.dictionary(anyText, anything, { maxKeys: 4 }),
      )
    case 'array':
      return fc.array(near(schema.items ?? {}), { maxLength: 8 })
    case 'string':
      return fc.oneof(anyText, fc.stringMatching(/^[a-z0-9-]{1,30}$/), fc.emailAddress())
    case 'integer':
    case 'number':
      return fc.oneof(anyNumber, fc.nat())
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return anything
  }
}

const mapValues = (
  properties: Record<string, JsonSchema>,
  make: (schema: JsonSchema) => fc.Arbitrary<unknown>,
) => Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, make(schema)]))

/** Random fields in place of some of a request that is accepted, so that they get past the first check. */
const beside = (body: unknown, value: unknown): unknown =>
  typeof value === 'object' && value !== null ? { ...(body as object), ...value } : value

const operationOf = (row: HostileRoute): Operation => {
  const operation = operationsOf(house.http).find(({ route }) => route === row.route)
  if (!operation) throw new Error(`${row.route} is no route`)
  return operation
}

const check = async (row: HostileRoute, base: Base, address: string, payload?: string): Promise<void> => {
  const headers = {
    ...base.headers,
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const answer = await base.call(methodOf(row), address, payload, headers)
  if (answer.statusCode < 400) return
  expect(
    faultOf(answer, row.lacksMachine ? [...refusals, 503] : refusals),
    `${address} ${payload}`,
  ).toBeUndefined()
}

/** Where the handles of the platforms stand in what people paste. */
const pages = [
  ['github', 'https://github.com/'],
  ['linkedin', 'https://www.linkedin.com/in/'],
  ['twitter', 'https://x.com/'],
  ['youtube', 'https://www.youtube.com/@'],
  ['scholar', 'https://scholar.google.com/citations?user='],
  ['discord', 'https://discord.com/users/'],
  ['website', 'https://example.com/'],
] as const

const rows = hostileRoutes.filter(
  ({ route }, index) => hostileRoutes.findIndex((other) => other.route === route) === index,
)

describe(`random requests from seed ${seed}`, () => {
  const bodied = hostileRoutes.filter(({ fields }) => fields.body)

  test.each(bodied.map((row) => [nameOf(row), row] as const))(
    '%s never fails on a body',
    async (_name, row) => {
      const shape = exactly(bodyOf(operationOf(row), row.variant))
      const base = await row.base(house)
      const random = fc.oneof({ weight: 9, arbitrary: shape }, { weight: 1, arbitrary: anything })
      await fc.assert(
        fc.asyncProperty(random, fc.boolean(), (value, isBeside) => {
          const payload = JSON.stringify(isBeside ? beside(base.body, value) : value) ?? 'null'
          return check(row, base, addressOf(row, base), payload)
        }),
        { seed, numRuns: 120 },
      )
    },
  )

  test.each(rows.map((row) => [nameOf(row), row] as const))(
    '%s never fails on an address',
    async (_name, row) => {
      const { parameters } = operationOf(row)
      const base = await row.base(house)
      const payload = base.body && JSON.stringify(base.body)
      const wellFormed = anyText.map((text) => text.toWellFormed().slice(0, 1000))
      for (const where of ['path', 'query'] as const) {
        const names = parameters
          .filter((parameter) => parameter.in === where && parameter.name !== row.staysOpen)
          .map(({ name }) => name)
        if (names.length === 0) continue
        const one = fc.tuple(
          fc.constantFrom(...names),
          fc.oneof(wellFormed, fc.array(wellFormed, { maxLength: 3 })),
        )
        await fc.assert(
          fc.asyncProperty(one, ([name, value]) =>
            check(row, base, addressOf(row, base, { [where]: { [name]: value } }), payload),
          ),
          { seed, numRuns: 60 },
        )
      }
    },
  )

  test('a pasted address never fails, whatever its percent signs hide', async () => {
    const { call } = await aPerson(house)
    const hidden = fc
      .array(fc.oneof(fc.nat(255), fc.constantFrom(0, 0x25, 0x2f, 0x40, 0xed, 0xa0, 0x80)), { maxLength: 12 })
      .map((bytes) => bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
    const pasted = fc
      .tuple(fc.constantFrom(...pages), fc.oneof(hidden, anyText))
      .map(([[field, page], rest]) => ({ [field]: page + rest }))
    await fc.assert(
      fc.asyncProperty(pasted, async (body) => {
        const answer = await call('POST', '/api/settings', body)
        if (answer.statusCode !== 200) expect(faultOf(answer, [400]), JSON.stringify(body)).toBeUndefined()
      }),
      { seed, numRuns: 300 },
    )
  })
})
