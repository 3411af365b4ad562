import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { holdersOf } from '../../../../test/dump.ts'
import { aPasskey, aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const pendingBrowser = async (person: Person) => {
  const browser = aBrowser(house)
  await passPassword(person, browser)
  return browser
}

const verify = (browser: ReturnType<typeof aBrowser>, recoveryCode: string) =>
  browser.call('POST', '/api/auth/factors/verify', { recoveryCode })

const codesLeft = async (person: Person) =>
  (await person.call('GET', '/api/auth/factors')).json().recoveryCodesLeft

test('a recovery code stands in for the second factor once, and its owner is told', async () => {
  const person = await aPerson(house)
  const { recoveryCodes } = await aTotp(house, person)
  const [code = ''] = recoveryCodes
  expect(recoveryCodes).toHaveLength(10)
  expect(new Set(recoveryCodes).size).toBe(10)
  const browser = await pendingBrowser(person)
  expect((await verify(browser, code)).json()).toEqual({ next: 'home' })
  expect((await browser.call('GET', '/api/auth/factors')).json()).toMatchObject({
    recoveryCodesLeft: 9,
    sessionIsStrong: true,
  })
  const again = await verify(await pendingBrowser(person), code)
  expect([again.statusCode, again.json().reason]).toEqual([400, 'invalid_code'])
  await house.runJobs()
  const subject = 'A recovery code of your Gatehouse account was used'
  const mail = house.mailbox.list(person.email).find((sent) => sent.subject === subject)
  expect(mail?.text).toContain('9 are left')
  expect(mail?.text).not.toContain(code)
})

test('one recovery code finishes one sign-in of ten at once', async () => {
  const person = await aPerson(house)
  const { recoveryCodes } = await aTotp(house, person)
  const browsers = await atOnce(10, () => pendingBrowser(person))
  const replies = await Promise.all(browsers.map((browser) => verify(browser, recoveryCodes[0]!)))
  expect(tally(replies)).toEqual({ 200: 1, 400: 9 })
  expect(await codesLeft(person)).toBe(9)
})

test('of ten good codes at once for one sign-in a single one is used up', async () => {
  const person = await aPerson(house)
  const { recoveryCodes } = await aTotp(house, person)
  const cookie = (await pendingBrowser(person)).cookies()
  const replies = await Promise.all(
    recoveryCodes.map((recoveryCode) =>
      aBrowser(house).call('POST', '/api/auth/factors/verify', { recoveryCode }, { cookie }),
    ),
  )
  expect(tally(replies)).toEqual({ 200: 1, 401: 9 })
  expect(await codesLeft(person)).toBe(9)
})

test('a recovery code is read without regard to case, hyphen and surrounding blanks', async () => {
  const person = await aPerson(house)
  const { recoveryCodes } = await aTotp(house, person)
  const [one = '', two = ''] = recoveryCodes
  for (const written of [one.toUpperCase(), `  ${two.replace('-', '')} `])
    expect((await verify(await pendingBrowser(person), written)).statusCode, written).toBe(200)
})

test("somebody else's recovery code is none", async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  await aTotp(house, person)
  const foreign = await aTotp(house, other)
  expect((await verify(await pendingBrowser(person), foreign.recoveryCodes[0]!)).statusCode).toBe(400)
  expect(await codesLeft(other)).toBe(10)
})

test('new recovery codes end the earlier ones', async () => {
  const person = await aPerson(house)
  const { recoveryCodes } = await aTotp(house, person)
  const renewed = await person.call('POST', '/api/auth/factors/recovery-codes')
  const [fresh = ''] = renewed.json().recoveryCodes
  expect(renewed.json().recoveryCodes).toHaveLength(10)
  expect((await verify(await pendingBrowser(person), recoveryCodes[0]!)).statusCode).toBe(400)
  expect((await verify(await pendingBrowser(person), fresh)).statusCode).toBe(200)
  expect(await codesLeft(person)).toBe(9)
})

test('there are no recovery codes without a factor', async () => {
  const person = await aPerson(house)
  const refused = await person.call('POST', '/api/auth/factors/recovery-codes')
  expect([refused.statusCode, refused.json().reason]).toEqual([404, 'factor_not_found'])
  expect(await codesLeft(person)).toBe(0)
})

test('recovery codes come with the first factor and go with the last', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const passkey = await aPasskey(person)
  expect([app.recoveryCodes.length, passkey.recoveryCodes.length]).toEqual([10, 0])
  await person.call('DELETE', '/api/auth/factors/totp')
  expect(await codesLeft(person)).toBe(10)
  await person.call('DELETE', `/api/auth/factors/passkeys/${passkey.id}`)
  expect(await codesLeft(person)).toBe(0)
  const again = await aTotp(house, person)
  expect(again.recoveryCodes).toHaveLength(10)
  expect((await verify(await pendingBrowser(person), app.recoveryCodes[0]!)).statusCode).toBe(400)
})

test('two first factors at once leave one set of recovery codes, which the person was shown', async () => {
  const person = await aPerson(house)
  const other = await pendingBrowser(person)
  const [app, passkey] = await Promise.all([aTotp(house, person), aPasskey(other)])
  const shown = [app.recoveryCodes, passkey.recoveryCodes].filter((codes) => codes.length > 0)
  expect(shown).toHaveLength(1)
  expect((await verify(await pendingBrowser(person), shown[0]![3]!)).statusCode).toBe(200)
})

test('while guesses lock the app, a recovery code and a passkey still let the owner in', async () => {
  const person = await aPerson(house)
  const { recoveryCodes } = await aTotp(house, person)
  const browser = await pendingBrowser(person)
  const guess = () => browser.call('POST', '/api/auth/factors/verify', { code: '000000' })
  for (let n = 0; n < 10; n++) expect((await guess()).statusCode).toBe(400)
  const locked = await guess()
  expect([locked.statusCode, locked.json().reason]).toEqual([429, 'second_factor_locked'])
  expect((await verify(browser, recoveryCodes[0]!)).statusCode).toBe(200)
})

test('no store holds a recovery code, nor does the log', async () => {
  const { recoveryCodes } = await aTotp(house, await aPerson(house))
  const written = recoveryCodes.flatMap((code) => [code, code.replace('-', '')])
  expect(await holdersOf(house, ...written)).toEqual([])
  for (const code of written) expect(house.logged()).not.toContain(code)
})
