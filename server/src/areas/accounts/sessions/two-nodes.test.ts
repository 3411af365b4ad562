import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from '../../../../test/people.ts'
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

const onOther = async (person: Person): Promise<number> => {
  const headers = { host: 'localhost:3000', cookie: `gatehouse_session=${person.cookie}` }
  return (await other.http.inject({ method: 'GET', url: '/api/auth/me', headers })).statusCode
}

test('a sign-out ends the session on every node from the moment of its reply', async () => {
  const person = await aPerson(house)
  expect(await onOther(person)).toBe(200)
  expect((await person.call('POST', '/api/auth/sign-out')).statusCode).toBe(200)
  expect(await onOther(person)).toBe(401)
})

test('a session that another one revokes ends on every node from the moment of the reply', async () => {
  const person = await aPerson(house)
  const signIn = { email: person.email, password: person.password }
  const reply = await person.call('POST', '/api/auth/sign-in', signIn, { cookie: '' })
  const cookie = reply.cookies.find(({ name }) => name === 'gatehouse_session')?.value ?? ''
  expect(await onOther({ ...person, cookie })).toBe(200)
  const ended = await person.call('DELETE', '/api/auth/sessions')
  expect([ended.statusCode, ended.json()]).toEqual([200, { success: true, ended: 1 }])
  expect([await onOther({ ...person, cookie }), await onOther(person)]).toEqual([401, 200])
})

test('a rotated token is dead on every node from the moment of the reply', async () => {
  const person = await aPerson(house)
  expect(
    (await person.call('POST', '/api/auth/reauthenticate', { password: person.password })).statusCode,
  ).toBe(200)
  expect(await onOther(person)).toBe(401)
})
