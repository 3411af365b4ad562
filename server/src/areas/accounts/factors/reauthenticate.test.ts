import { afterAll, beforeAll, expect, test } from 'vitest'
import * as accounts from '#contract/accounts.ts'
import * as emails from '#contract/emails.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import * as factors from '#contract/factors.ts'
import * as identities from '#contract/identities.ts'
import * as profiles from '#contract/profiles.ts'
import * as sessions from '#contract/sessions.ts'
import { aBrowser, wrongCode } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const confirm = (person: Person, body: object) => person.call('POST', '/api/auth/reauthenticate', body)
const reasonOf = (reply: Awaited<ReturnType<typeof confirm>>) => [reply.statusCode, reply.json().reason]
const tooLate = [403, 'reauthentication_required']

const endpoints = [accounts, emails, factors, identities, profiles, sessions]
  .flatMap((contract) => Object.values(contract) as unknown[])
  .filter((value): value is Endpoint => value instanceof Object && 'path' in value && 'reply' in value)

/** What somebody at an unlocked desk must not be able to do. */
const dangerous = [
  ['POST', '/api/auth/factors/totp'],
  ['POST', '/api/auth/factors/totp/confirm'],
  ['DELETE', '/api/auth/factors/totp'],
  ['POST', '/api/auth/factors/passkeys/options'],
  ['POST', '/api/auth/factors/passkeys'],
  ['DELETE', '/api/auth/factors/passkeys/:id'],
  ['POST', '/api/auth/factors/recovery-codes'],
  ['DELETE', '/api/auth/identities/:provider'],
  ['POST', '/api/settings/emails'],
  ['POST', '/api/settings/emails/:id/primary'],
  ['DELETE', '/api/settings/emails/:id'],
] as const

test.each(dangerous)(
  '%s %s needs a proof of the last quarter of an hour, and goes on after a new one',
  async (method, path) => {
    const person = await aPerson(house)
    const url = path.replace(':id', '000000000000000000000000').replace(':provider', 'google')
    // Beyond the door each has an answer of its own to an empty body, or finds nothing.
    const call = () => person.call(method, url, method === 'POST' ? {} : undefined)
    house.clock.advance(15 * 60)
    expect((await call()).json().reason).not.toBe('reauthentication_required')
    house.clock.advance(1)
    expect(reasonOf(await call())).toEqual(tooLate)
    expect((await confirm(person, { password: person.password })).json()).toEqual({ success: true })
    expect((await call()).json().reason).not.toBe('reauthentication_required')
    house.clock.advance(15 * 60 + 1)
    expect(reasonOf(await call())).toEqual(tooLate)
  },
)

test('these are all the routes of an account that do', async () => {
  const asked = []
  for (const { method, path } of endpoints) {
    const { call } = await aPerson(house)
    house.clock.advance(15 * 60 + 1)
    const url = path.replace(':id', '000000000000000000000000').replace(':provider', 'google')
    const reply = await call(method, url, method === 'GET' ? undefined : {})
    if (reply.body.includes('reauthentication_required')) asked.push(`${method} ${path}`)
  }
  expect(asked.sort()).toEqual(dangerous.map((parts) => parts.join(' ')).sort())
})

test('a password is enough while no second factor is set up', async () => {
  const person = await aPerson(house)
  house.clock.advance(3600)
  expect(reasonOf(await confirm(person, { password: 'a wrong password' }))).toEqual([400, 'wrong_password'])
  expect((await confirm(person, { password: person.password })).statusCode).toBe(200)
  const { session } = (await person.call('GET', '/api/auth/me')).json()
  expect(session.authenticatedAt).toBe(house.clock.now().toISOString())
  expect((await person.call('GET', '/api/auth/factors')).json().sessionIsStrong).toBe(false)
})

test('a password alone is not enough once a second factor is set up', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  house.clock.advance(3600)
  const { password } = person
  expect(reasonOf(await confirm(person, { password }))).toEqual([400, 'invalid_code'])
  expect(reasonOf(await confirm(person, { password, code: wrongCode(await app.code()) }))).toEqual([
    400,
    'invalid_code',
  ])
  expect(reasonOf(await confirm(person, { password: 'a wrong password', code: await app.code() }))).toEqual([
    400,
    'wrong_password',
  ])
  expect(reasonOf(await person.call('DELETE', '/api/auth/factors/totp'))).toEqual(tooLate)
  expect((await confirm(person, { password, code: await app.code() })).statusCode).toBe(200)
  expect((await person.call('DELETE', '/api/auth/factors/totp')).statusCode).toBe(200)
})

test('where the only second factor is a passkey, a password does not do even with a code', async () => {
  const person = await aPerson(house)
  const { assert } = await aPasskey(person)
  house.clock.advance(3600)
  const { password } = person
  for (const body of [{ password }, { password, code: '123456' }])
    expect(reasonOf(await confirm(person, body))).toEqual([400, 'invalid_code'])
  expect((await confirm(person, { credential: await assert() })).statusCode).toBe(200)
})

test("a passkey is enough, and somebody else's is not", async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const [own, foreign] = [await aPasskey(person), await aPasskey(other)]
  const credential = await own.assert()
  expect(reasonOf(await confirm(person, { credential: await foreign.assert() }))).toEqual([
    400,
    'passkey_rejected',
  ])
  expect((await confirm(person, { credential })).statusCode).toBe(200)
  expect(reasonOf(await confirm(person, { credential }))).toEqual([400, 'passkey_rejected'])
})

test('confirming with a second factor makes a weak session strong', async () => {
  const person = await aPerson(house)
  const weak = aBrowser(house)
  await passPassword(person, weak)
  const app = await aTotp(house, person)
  const isStrong = async () => (await weak.call('GET', '/api/auth/factors')).json().sessionIsStrong
  expect(await isStrong()).toBe(false)
  const body = { password: person.password, code: await app.code() }
  expect((await weak.call('POST', '/api/auth/reauthenticate', body)).statusCode).toBe(200)
  expect(await isStrong()).toBe(true)
})

test('ten wrong proofs lock confirming for a quarter of an hour, whichever session they come from', async () => {
  const person = await aPerson(house)
  const elsewhere = aBrowser(house, { ip: '10.8.0.1' })
  await passPassword(person, elsewhere)
  const wrong = { password: 'a wrong password' }
  for (let n = 0; n < 5; n++) {
    expect((await confirm(person, wrong)).statusCode).toBe(400)
    expect((await elsewhere.call('POST', '/api/auth/reauthenticate', wrong)).statusCode).toBe(400)
  }
  const right = { password: person.password }
  expect(reasonOf(await confirm(person, right))).toEqual([429, 'second_factor_locked'])
  house.clock.advance(15 * 60)
  expect((await confirm(person, right)).statusCode).toBe(200)
})

test('a right proof forgets the wrong ones before it', async () => {
  const person = await aPerson(house)
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 9; n++) await confirm(person, { password: 'a wrong password' })
    expect((await confirm(person, { password: person.password })).statusCode).toBe(200)
  }
})

test('nobody confirms without a session, and no key does', async () => {
  const person = await aPerson(house)
  const body = { password: person.password }
  const stranger = await aBrowser(house).call('POST', '/api/auth/reauthenticate', body)
  expect([stranger.statusCode, stranger.json().reason]).toEqual([401, 'authentication_required'])
  const { key } = (await person.call('POST', '/api/api-keys', {})).json()
  const byKey = await aBrowser(house).call('POST', '/api/auth/reauthenticate', body, {
    authorization: `Bearer ${key}`,
  })
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
})
