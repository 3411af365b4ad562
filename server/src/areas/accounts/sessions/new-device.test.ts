import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce } from '../../../../test/at-once.ts'
import { aBrowser, aVerifiedBrowser } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const subject = 'New sign-in to your Gatehouse account'

const told = async ({ email }: Pick<Person, 'email'>) => {
  await house.runJobs()
  return house.mailbox.list(email).filter((mail) => mail.subject === subject)
}

test('a sign-in from another browser is told by mail, with what it was and without anything like a code', async () => {
  const person = await aPerson(house)
  expect(await told(person)).toEqual([])
  await passPassword(person, aBrowser(house, { userAgent: firefox, ip: '203.0.113.9' }))
  const [mail, ...more] = await told(person)
  expect(more).toEqual([])
  expect(mail?.text).toContain('Firefox 145 on Linux, address 203.0.113.9, on 2026-03-02 at 09:00 UTC')
  expect(mail?.text).not.toMatch(/\d{6}/)
  expect(mail?.html.replaceAll(/#[0-9a-f]{6}/gi, '')).not.toMatch(/\d{6}/)
  expect(mail?.text).toContain('/forgot-password')
})

test('neither the first browser of an account nor one it knows is told, wherever it comes from', async () => {
  const email = 'first.browser@personal.example'
  const browser = await aVerifiedBrowser(house, email)
  const profile = { username: 'first-browser', displayName: 'First', region: 'us' }
  expect((await browser.call('POST', '/api/onboarding', profile)).statusCode).toBe(201)
  const person = { email, password: 'correct horse battery staple' }
  for (let n = 0; n < 3; n++) {
    await browser.call('POST', '/api/auth/sign-out')
    expect((await passPassword(person, browser)).json()).toEqual({ next: 'home' })
  }
  expect(await told(person)).toEqual([])
  const other = aBrowser(house)
  for (let n = 0; n < 3; n++) await passPassword(person, other)
  expect(await told(person)).toHaveLength(1)
})

test('a browser that one person uses is new to the next', async () => {
  const [one, two] = [await aPerson(house), await aPerson(house)]
  const shared = aBrowser(house)
  await passPassword(one, shared)
  await passPassword(two, shared)
  expect([await told(one), await told(two)]).toEqual([[expect.anything()], [expect.anything()]])
})

test('a second step or a passkey from another browser is told as well, a failed one is not', async () => {
  const person = await aPerson(house)
  const app = await aTotp(house, person)
  const passkey = await aPasskey(person)
  const waiting = aBrowser(house)
  await passPassword(person, waiting)
  await waiting.call('POST', '/api/auth/factors/verify', { recoveryCode: 'aaaaa-aaaaa' })
  expect(await told(person)).toEqual([])
  await waiting.call('POST', '/api/auth/factors/verify', { code: await app.code() })
  expect(await told(person)).toHaveLength(1)
  const credential = await passkey.assert()
  await aBrowser(house).call('POST', '/api/auth/factors/passkeys/sign-in', { credential })
  expect(await told(person)).toHaveLength(2)
})

test('a new browser that signs in ten times at once is told once', async () => {
  const person = await aPerson(house)
  const first = aBrowser(house)
  await passPassword(person, first)
  const cookie = first
    .cookies()
    .split('; ')
    .filter((pair) => pair.startsWith('gatehouse_device='))[0]!
  await house.cells.get('us-1').pool.query('delete from known_devices where user_id = $1', [person.userId])
  await passPassword(person, aBrowser(house))
  const before = (await told(person)).length
  const { email, password } = person
  await atOnce(10, () => aBrowser(house).call('POST', '/api/auth/sign-in', { email, password }, { cookie }))
  expect(await told(person)).toHaveLength(before + 1)
})

test('a made-up name of a browser is not taken', async () => {
  const person = await aPerson(house)
  const { email, password } = person
  const cookie = 'gatehouse_device=chosen-by-somebody-else'
  const reply = await aBrowser(house).call('POST', '/api/auth/sign-in', { email, password }, { cookie })
  const given = reply.cookies.find(({ name }) => name === 'gatehouse_device')
  expect(given?.value).toMatch(/^[A-Za-z0-9_-]{43}$/)
})

test('the mail names browsers we know, and repeats nothing that a client says of itself', async () => {
  for (const userAgent of [
    '<img src=x onerror=alert(1)>/1.0',
    'Visit-evil.example/1.0',
    'visit-evil.example/1 Windows NT 10.0; Win64',
    '',
  ]) {
    const person = await aPerson(house)
    await passPassword(person, aBrowser(house, { userAgent }))
    const [mail] = await told(person)
    expect(mail?.text).toContain('a program, or a browser we do not know')
    for (const text of [mail!.text, mail!.html]) expect(text).not.toMatch(/onerror|evil/)
  }
})
