import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const tooCommon = [400, 'password_too_common', 'VALIDATION_ERROR']
const namesOf = ({ email, username }: Person) => [
  email,
  email.toUpperCase(),
  username,
  `${username}${username}`,
]

test('nobody signs up with their own address as the password', async () => {
  const email = 'somebody.with.a.long.name@personal.example'
  for (const password of [email, 'somebody.with.a.long.name']) {
    const reply = await aBrowser(house).call('POST', '/api/auth/sign-up', { email, password })
    expect([reply.statusCode, reply.json().reason, reply.json().code], password).toEqual(tooCommon)
    expect(reply.json().issues[0].path).toBe('password')
  }
  expect(house.mailbox.list(email)).toEqual([])
})

test('nobody changes their password to their own address or username', async () => {
  const person = await aPerson(house)
  for (const newPassword of namesOf(person)) {
    const given = { currentPassword: person.password, newPassword }
    const reply = await person.call('POST', '/api/auth/password', given)
    expect([reply.statusCode, reply.json().reason, reply.json().code], newPassword).toEqual(tooCommon)
    expect(reply.json().issues[0].path).toBe('newPassword')
  }
})

test('nobody resets their password to their own address or username, and the link still works afterwards', async () => {
  const person = await aPerson(house)
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: person.email })
  await house.runJobs()
  const token = /token=(\S+)/.exec(house.mailbox.list(person.email)[0]?.text ?? '')?.[1]
  const reset = (password: string) =>
    aBrowser(house).call('POST', '/api/auth/password/reset', { token, password })
  for (const password of namesOf(person)) {
    const reply = await reset(password)
    expect([reply.statusCode, reply.json().reason, reply.json().code], password).toEqual(tooCommon)
  }
  expect((await reset('a password of no name')).statusCode).toBe(200)
})
