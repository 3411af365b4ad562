import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { aPerson } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { type App, buildApp } from '../../../app.ts'
import { MemoryRateLimiter } from '../../../ports/memory-rate.ts'

/* Another node: an application of its own, with a memory of its own, on the same stores. */

let house: TestHouse
let other: App
beforeAll(async () => {
  house = await startTestHouse()
  other = await buildApp(
    { ...house, rate: new MemoryRateLimiter() },
    { webDist: new URL('no-pages/', import.meta.url), runDue: async () => {} },
  )
  await other.http.ready()
})
afterAll(async () => {
  await other.http.close()
  await house.stop()
})

const onOther = async (cookie: string): Promise<number> => {
  const headers = { host: 'localhost:3000', cookie: `gatehouse_session=${cookie}` }
  return (await other.http.inject({ method: 'GET', url: '/api/auth/me', headers })).statusCode
}

test('a sign-out ends the session on every node from the moment of its reply', async () => {
  const person = await aPerson(house)
  const { cookie } = person
  expect(await onOther(cookie)).toBe(200)
  expect((await person.call('POST', '/api/auth/sign-out')).statusCode).toBe(200)
  expect(await onOther(cookie)).toBe(401)
})

test('a session that another one revokes ends on every node from the moment of the reply', async () => {
  const person = await aPerson(house)
  const { email, password, cookie } = person
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-in', { email, password })
  expect(await onOther(cookie)).toBe(200)
  const ended = await browser.call('DELETE', '/api/auth/sessions')
  expect([ended.statusCode, ended.json()]).toMatchObject([200, { success: true, ended: 1 }])
  expect(await onOther(cookie)).toBe(401)
})

test('a rotated token is dead on every node from the moment of the reply', async () => {
  const person = await aPerson(house)
  const { cookie, password } = person
  expect((await person.call('POST', '/api/auth/reauthenticate', { password })).statusCode).toBe(200)
  expect(await onOther(cookie)).toBe(401)
})
