import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestHouse } from '../test-house.ts'
import { fieldsOf, operationsOf } from './fields.ts'
import { startHostileHouse } from './house.ts'
import { sendBase } from './refused.ts'
import { hostileRoutes } from './routes.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startHostileHouse()
})
afterAll(() => house.stop())

/** What the table covers: each route with its fields. */
const covered = (): Map<string, Set<string>> => {
  const routes = new Map<string, Set<string>>()
  for (const { route, variant, fields } of hostileRoutes) {
    const names = routes.get(route) ?? new Set<string>()
    routes.set(route, names)
    const body = variant ? `body(${variant})` : 'body'
    for (const name in fields.path) names.add(`path.${name}`)
    for (const name in fields.query) names.add(`query.${name}`)
    for (const name in fields.body) names.add(`${body}.${name}`)
  }
  return routes
}

test('every route of the API reference is under attack, and no other', () => {
  const known = operationsOf(house.http).map(({ route }) => route)
  expect([...covered().keys()].sort()).toEqual([...new Set(known)].sort())
})

test('every field of every route has hostile values', () => {
  const table = covered()
  for (const operation of operationsOf(house.http)) {
    const names = [...(table.get(operation.route) ?? [])].sort()
    expect({ [operation.route]: names }).toEqual({ [operation.route]: [...fieldsOf(operation)].sort() })
  }
})

test('each row of the table has values', () => {
  for (const { route, fields } of hostileRoutes)
    for (const group of Object.values(fields))
      for (const [name, values] of Object.entries(group))
        expect(Object.keys(values).length, `${route} ${name}`).toBeGreaterThan(0)
})

test('the request each attack departs from is accepted, so that nothing but the hostile part is refused', async () => {
  for (const row of hostileRoutes) {
    const { statusCode, body } = await sendBase(row, await row.base(house))
    if (row.lacksMachine) {
      expect(JSON.parse(body), row.route).toMatchObject({ reason: 'runtime_not_configured' })
      continue
    }
    expect(statusCode, `${row.route} ${row.variant ?? ''} ${body.slice(0, 300)}`).toBeGreaterThanOrEqual(200)
    expect(statusCode, `${row.route} ${row.variant ?? ''} ${body.slice(0, 300)}`).toBeLessThan(400)
  }
})
