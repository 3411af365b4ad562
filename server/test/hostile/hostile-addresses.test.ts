import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aPerson, aStranger } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { startHostileHouse } from './house.ts'
import { addressOf, expectNothingStored, faultOf, methodOf, nameOf, refusalOf, sendJson } from './refused.ts'
import { hostileRoutes } from './routes.ts'
import type { Base, HostileRoute } from './row.ts'
import { lookAlikeUsernames } from './values.ts'

/* Every field of every query and path with every hostile value. */

let house: TestHouse

beforeAll(async () => {
  house = await startHostileHouse()
})
afterAll(() => house.stop())

const send = (row: HostileRoute, base: Base, address: string) =>
  base.body === undefined
    ? base.call(methodOf(row), address, undefined, base.headers)
    : sendJson(row, base, base.body, address)

const addressed = hostileRoutes.filter(({ fields }) => fields.query || fields.path)

// One look at all stores for each route: it costs more than the attacks.
test.each(addressed.map((row) => [nameOf(row), row] as const))(
  '%s refuses hostile values in every field of its query and every segment of its path, and stores nothing',
  async (_name, row) => {
    const base = await row.base(house)
    const faults: string[] = []
    const attack = async (what: string, address: string, allowed: readonly number[]) => {
      const fault = faultOf(await send(row, base, address), allowed)
      if (fault) faults.push(`${what} ${fault}`)
    }
    await expectNothingStored(house, async () => {
      for (const [field, values] of Object.entries(row.fields.query ?? {}))
        for (const [why, hostile] of Object.entries(values)) {
          const { value, allowed } = refusalOf(hostile, [400])
          await attack(`${field} with ${why}`, addressOf(row, base, { query: { [field]: value } }), allowed)
        }
      for (const [field, values] of Object.entries(row.fields.path ?? {}))
        for (const [why, hostile] of Object.entries(values)) {
          const { value, allowed } = refusalOf(hostile, isSigned(row) ? [400, 403, 404] : [400, 404])
          await attack(`${field} with ${why}`, addressOf(row, base, { path: { [field]: value } }), allowed)
        }
      if (isStrict(row))
        for (const field of ['unknownField', '__proto__', 'constructor', 'owner[]', 'owner.x', ''])
          await attack(`unknown ${field}`, addressOf(row, base, { query: { [field]: 'x' } }), [400])
      expect(faults).toEqual([])
    })
  },
)

const isSigned = ({ route }: HostileRoute): boolean => /\/api\/(files|uploads)\//.test(route)

const isStrict = (row: HostileRoute): boolean =>
  row.fields.query !== undefined && !row.takesUnknown && !isSigned(row)

test('a look-alike username is never free', async () => {
  const call = aStranger(house)
  await aPerson(house, { username: 'alice-two' })
  for (const [why, username] of Object.entries(lookAlikeUsernames)) {
    const answer = await call(
      'GET',
      `/api/username/check?username=${encodeURIComponent(username)}&suggest=true`,
    )
    expect(answer.json(), why).toEqual({ available: false, username, problem: 'malformed' })
  }
})

test('an address that no route has is not found, however it is written', async () => {
  const { call } = await aPerson(house)
  await expectNothingStored(house, async () => {
    for (const address of [
      '/api',
      '/api/',
      '/api//settings',
      '/api/settings/',
      '/api/Settings',
      '/api/settings;v=1',
      '/api/settings%20',
      '/api/settings%2f',
      '/api/settings%00',
      '/api/%00',
      '/api/%',
      '/api/%zz',
      '/api/%ff%fe',
      '/api/\u2028settings',
      '/api/se\u0442tings',
      `/api/${'x'.repeat(7000)}`,
      `/api/${'x/'.repeat(3000)}`,
      `/api/models/${'%61'.repeat(2000)}`,
    ])
      for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const)
        expect(
          faultOf(await call(method, address), [400, 404]),
          `${method} ${address.slice(0, 60)}`,
        ).toBeUndefined()
  })
})

test('a method that a route does not have is not found', async () => {
  const { call } = await aPerson(house)
  await expectNothingStored(house, async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const)
      expect(faultOf(await call(method, '/api/settings', { displayName: 'x' }), [404])).toBeUndefined()
  })
})

describe('addresses for the operator', () => {
  const operator = ['/_mailbox', '/_mailbox.json', '/_mailbox.css', '/metrics']
  const local = (url: string, headers: Record<string, string> = {}) =>
    house.http.inject({ url, headers: { host: 'localhost:3000', ...headers } })

  test('answer this machine alone, whatever a request says of where it came from', async () => {
    await expectNothingStored(house, async () => {
      for (const url of operator) {
        expect((await local(url)).statusCode).toBe(200)
        for (const headers of [
          { 'x-forwarded-for': '127.0.0.1' },
          { forwarded: 'for=127.0.0.1' },
          { host: 'evil.example' },
          { host: 'localhost.evil.example' },
          { host: 'localhost:3000.evil.example' },
        ] as Record<string, string>[])
          expect(
            faultOf(await local(url, headers), [403]),
            `${url} ${JSON.stringify(headers)}`,
          ).toBeUndefined()
        const from = await house.http.inject({
          url,
          headers: { host: 'localhost' },
          remoteAddress: '192.0.2.7',
        })
        expect(faultOf(from, [403]), url).toBeUndefined()
      }
    })
  })

  test('refuse hostile queries', async () => {
    for (const query of ['to=a&to=b', 'to=%00', `to=${'x'.repeat(255)}`])
      for (const url of ['/_mailbox', '/_mailbox.json'])
        expect(faultOf(await local(`${url}?${query}`), [400]), query.slice(0, 20)).toBeUndefined()
  })

  test('show mail as text, never as markup', async () => {
    const email = "o'reilly&co@example.com"
    await aStranger(house)('POST', '/api/auth/sign-up', { email, password: 'a long enough password' })
    expect((await local(`/_mailbox?to=${encodeURIComponent(email)}`)).body).not.toContain(email)
  })
})
