import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser, codeFor, wrongCode } from '../../../test/browser.ts'
import { dumpAll, holdersOf } from '../../../test/dump.ts'
import { aPasskey, aTotp, passPassword } from '../../../test/factors.ts'
import { aPerson } from '../../../test/people.ts'
import type { TestHouse } from '../../../test/test-house.ts'
import {
  beSomebody,
  type ProviderHouse,
  signInWith,
  startProviderHouse,
  visitProvider,
} from '../../../test/visits.ts'

let started: ProviderHouse
let house: TestHouse

beforeAll(async () => {
  started = await startProviderHouse()
  house = started.house
})
afterAll(() => started.stop())

test('after all that somebody does to get in, no store and no log holds an address or a secret of theirs', async () => {
  const email = 'primary.of.europe@unmistakable.example'
  const added = 'second.of.europe@elsewhere.example'
  const external = 'external.of.europe@provider.example'
  const person = await aPerson(house, { region: 'eu', email, username: 'quiet-european' })
  const userAgent = 'Unmistakable Browser 47.11'
  const browser = aBrowser(house, { ip: '203.0.113.77', userAgent })
  await passPassword({ email, password: 'a wrong password of mine' }, browser)
  await passPassword(person, browser)
  const { call } = browser

  const { id } = (await call('POST', '/api/settings/emails', { email: added })).json().email
  const code = codeFor(house, added)
  await call('POST', `/api/settings/emails/${id}/verify`, { code: wrongCode(code) })
  await call('POST', `/api/settings/emails/${id}/verify`, { code })
  beSomebody(started, external, { subject: 'subject-of-europe' })
  const callback = new URLSearchParams(
    (await visitProvider(call, 'google', { intent: 'connect' })).split('?')[1],
  )
  await call('GET', `/api/auth/oauth/google/callback?${callback}`)
  const app = await aTotp(house, browser)
  const passkey = await aPasskey(browser, { name: 'Desk' })
  const tokens = [browser.cookies()]

  const second = aBrowser(house, { ip: '203.0.113.78', userAgent })
  await passPassword(person, second)
  await second.call('POST', '/api/auth/factors/verify', { recoveryCode: 'aaaaa-aaaaa' })
  await second.call('POST', '/api/auth/factors/verify', { recoveryCode: app.recoveryCodes[0] })
  const credential = await passkey.assert()
  await aBrowser(house).call('POST', '/api/auth/factors/passkeys/sign-in', { credential })
  await aBrowser(house).call('POST', '/api/auth/factors/passkeys/sign-in', { credential })
  started.google.trouble = 'wrong-nonce'
  await signInWith(aBrowser(house), 'google')
  started.google.trouble = null
  await signInWith(aBrowser(house), 'google')
  await call('POST', `/api/settings/emails/${id}/primary`)
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: added })
  await house.runJobs()
  const token = /token=(\S+)/.exec(
    house.mailbox.list(added).find(({ text }) => text.includes('/reset-password?token='))!.text,
  )![1]!
  await call('POST', '/api/auth/password', {
    currentPassword: person.password,
    newPassword: 'another long pass phrase of mine',
  })
  await call('DELETE', '/api/auth/identities/google')
  tokens.push(browser.cookies(), second.cookies())
  await house.runJobs()
  await house.runSchedules()

  const { rows } = await house.cells
    .get('eu-1')
    .pool.query(`select distinct metadata->>'change' as change from activity_events where user_id = $1`, [
      person.userId,
    ])
  expect(rows.map(({ change }) => change)).toEqual(
    expect.arrayContaining([
      'email_verified',
      'provider_connected',
      'totp_added',
      'passkey_added',
      'recovery_code_used',
      'primary_email_changed',
      'password_changed',
      'provider_disconnected',
    ]),
  )

  const secrets = [
    app.secret,
    ...app.recoveryCodes.flatMap((one) => [one, one.replace('-', '')]),
    person.password,
    'a wrong password of mine',
    'another long pass phrase of mine',
    token,
    callback.get('code')!,
    callback.get('state')!,
    ...tokens.flatMap((cookies) => cookies.split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1))),
  ].filter((secret) => secret.length > 8)
  expect(secrets.length).toBeGreaterThan(30)
  const personal = [email, added, external, 'of.europe', 'subject-of-europe', userAgent, '203.0.113.77']
  for (const text of [...secrets, ...personal]) {
    expect(house.logged().includes(text), `${text} in the log`).toBe(false)
    expect(await holdersOf(house, text), text).toEqual([])
  }
  const { userId } = person
  const { 'us-1': us, 'ap-1': ap } = await dumpAll(house)
  expect([us!.includes(userId), ap!.includes(userId)]).toEqual([false, false])
  expect((await dumpAll(house))['eu-1']).toContain(userId)
})
