import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHouse, type TestHouse } from '../test/test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

test('the committed API document is the one the routes give; `npm run openapi` writes it anew', async () => {
  const committed = JSON.parse(
    await readFile(new URL('../../contract/openapi.json', import.meta.url), 'utf8'),
  )
  expect(JSON.parse(JSON.stringify(house.http.swagger()))).toEqual(committed)
})

test('the API document is served at its address, with paths from the root', async () => {
  const reply = await house.http.inject('/openapi.json')
  expect(reply.json()).toMatchObject({ openapi: '3.1.0' })
  expect(Object.keys(reply.json().paths)).toContain('/api/api-keys')
})

test('the reference page is served without anything from elsewhere', async () => {
  const page = await house.http.inject('/api/docs')
  expect(page.statusCode).toBe(200)
  expect(page.body).not.toMatch(/https?:\/\/(?!localhost)/)
})
