import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const newPassword = 'another long pass phrase'

const change = ({ call, password }: Person, given: object = {}) =>
  call('POST', '/api/auth/password', { currentPassword: password, newPassword, ...given })

const signsInWith = async (person: Person, password: string) =>
  (await passPassword({ ...person, password }, aBrowser(house))).statusCode === 200

test('from the reply on the new password signs in and the old one does not', async () => {
  const person = await aPerson(house)
  const reply = await change(person)
  expect([reply.statusCode, reply.json()]).toMatchObject([200, { success: true }])
  expect([await signsInWith(person, newPassword), await signsInWith(person, person.password)]).toEqual([
    true,
    false,
  ])
})

test('every other session ends, this one goes on, and the owner is told', async () => {
  const person = await aPerson(house)
  const others = [aBrowser(house), aBrowser(house)]
  for (const browser of others) await passPassword(person, browser)
  await change(person)
  for (const { call } of others) expect((await call('GET', '/api/auth/me')).statusCode).toBe(401)
  expect((await person.call('GET', '/api/auth/me')).statusCode).toBe(200)
  await house.runJobs()
  const subjects = house.mailbox.list(person.email).map(({ subject }) => subject)
  expect(subjects).toContain('Your Gatehouse password was changed')
  const { rows } = await house.cells
    .get('us-1')
    .pool.query(
      `select 1 from activity_events where user_id = $1 and metadata->>'change' = 'password_changed'`,
      [person.userId],
    )
  expect(rows).toHaveLength(1)
})

test('reset links under way stop working', async () => {
  const person = await aPerson(house)
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: person.email })
  await house.runJobs()
  const token = /token=(\S+)/.exec(house.mailbox.list(person.email)[0]!.text)![1]
  await change(person)
  const reset = await aBrowser(house).call('POST', '/api/auth/password/reset', {
    token,
    password: 'a password of a thief',
  })
  expect([reset.statusCode, reset.json().reason]).toEqual([400, 'invalid_reset_link'])
  expect(await signsInWith(person, newPassword)).toBe(true)
})

test.each([
  ['a wrong current password', { currentPassword: 'a wrong password' }, 'wrong_password'],
  ['no current password', { currentPassword: undefined }, 'wrong_password'],
  ['an empty current password', { currentPassword: '' }, 'invalid_request'],
  ['a short new password', { newPassword: 'too short' }, 'invalid_request'],
  ['a new password that is guessed first', { newPassword: '1234567890' }, 'password_too_common'],
  ['a field nobody asked for', { code: '123456' }, 'invalid_request'],
])('%s is refused, and nothing changes', async (_what, given, reason) => {
  const person = await aPerson(house)
  const other = aBrowser(house)
  await passPassword(person, other)
  const reply = await change(person, given)
  expect([reply.statusCode, reply.json().reason]).toEqual([400, reason])
  expect((await other.call('GET', '/api/auth/me')).statusCode).toBe(200)
  expect(await signsInWith(person, person.password)).toBe(true)
})

test("one's own address is no new password", async () => {
  const person = await aPerson(house)
  const reply = await change(person, { newPassword: person.email })
  expect([reply.statusCode, reply.json().reason]).toEqual([400, 'password_too_common'])
})

test('of ten changes at once one is heard', async () => {
  const person = await aPerson(house)
  const browsers = await atOnce(10, async () => {
    const browser = aBrowser(house)
    await passPassword(person, browser)
    return browser
  })
  const replies = await Promise.all(
    browsers.map(({ call }, n) =>
      call('POST', '/api/auth/password', {
        currentPassword: person.password,
        newPassword: `pass phrase number ${n}`,
      }),
    ),
  )
  expect(tally(replies)[200]).toBe(1)
  const winner = replies.findIndex(({ statusCode }) => statusCode === 200)
  expect(await signsInWith(person, `pass phrase number ${winner}`)).toBe(true)
})

test('guessing the current password in a session is locked after ten, and open again after fifteen minutes', async () => {
  const person = await aPerson(house)
  for (let n = 0; n < 10; n++)
    expect((await change(person, { currentPassword: 'a wrong password' })).statusCode).toBe(400)
  const locked = await change(person)
  expect([locked.statusCode, locked.json().reason]).toEqual([429, 'sign_in_locked'])
  house.clock.advance(15 * 60)
  expect((await change(person)).statusCode).toBe(200)
})

test('whoever knows the password does not start the count of wrong second factors afresh by changing it', async () => {
  const person = await aPerson(house)
  const { code } = await aTotp(house, person)
  const guess = (given: string) =>
    person.call('POST', '/api/auth/reauthenticate', { password: person.password, code: given })
  for (let n = 0; n < 10; n++) {
    expect((await guess('000000')).statusCode).toBe(400)
    if (n === 5) await change(person, { newPassword: person.password })
  }
  const locked = await guess(await code())
  expect([locked.statusCode, locked.json().reason]).toEqual([429, 'second_factor_locked'])
})

test('a second factor stays what it was', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  expect((await change(person)).statusCode).toBe(200)
  expect((await person.call('GET', '/api/auth/factors')).json()).toMatchObject({
    totp: expect.anything(),
    recoveryCodesLeft: 10,
  })
})

test('nobody changes a password without a session, from another site or with a key', async () => {
  const person = await aPerson(house)
  const body = { currentPassword: person.password, newPassword }
  expect((await aBrowser(house).call('POST', '/api/auth/password', body)).statusCode).toBe(401)
  const foreign = await person.call('POST', '/api/auth/password', body, { origin: 'https://evil.example' })
  expect([foreign.statusCode, foreign.json().reason]).toEqual([403, 'cross_origin'])
  const { key } = (await person.call('POST', '/api/api-keys', { scopes: ['admin'] })).json()
  const byKey = await aBrowser(house).call('POST', '/api/auth/password', body, {
    authorization: `Bearer ${key}`,
  })
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
  expect(await signsInWith(person, person.password)).toBe(true)
})
