import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce } from '../../../../test/at-once.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passkeyOptions, passPassword } from '../../../../test/factors.ts'
import { aPerson } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { leaseSeconds } from '../../../directory/directory.ts'
import { passkeyEntry } from './passkey-entry.ts'

/* What somebody can do who knows the password, and nothing else. */

let house: TestHouse
beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

test('in a session opened before, they can neither remove the second factor nor add one of theirs', async () => {
  const person = await aPerson(house)
  const thief = aBrowser(house)
  await passPassword(person, thief)
  await aTotp(house, person)
  for (const [method, path] of [
    ['DELETE', '/api/auth/factors/totp'],
    ['POST', '/api/auth/factors/passkeys/options'],
    ['POST', '/api/auth/factors/recovery-codes'],
  ] as const)
    expect((await thief.call(method, path)).json().reason, path).toBe('reauthentication_required')
  const proof = await thief.call('POST', '/api/auth/reauthenticate', { password: person.password })
  expect(proof.json().reason).toBe('invalid_code')
})

test('changing the password does not give them more guesses at the second factor', async () => {
  const person = await aPerson(house)
  const thief = aBrowser(house)
  await passPassword(person, thief)
  await aTotp(house, person)
  const guess = () =>
    thief.call('POST', '/api/auth/reauthenticate', { password: person.password, code: '000000' })
  for (let n = 0; n < 10; n++) expect((await guess()).statusCode).toBe(400)
  expect((await guess()).json().reason).toBe('second_factor_locked')
  const tooCommon = { currentPassword: person.password, newPassword: 'password1234' }
  expect((await thief.call('POST', '/api/auth/password', tooCommon)).json().reason).toBe(
    'password_too_common',
  )
  expect((await guess()).json().reason).toBe('second_factor_locked')
})

test('a sign-in that a new password has made worthless uses up nobody’s tries', async () => {
  const person = await aPerson(house)
  const { code } = await aTotp(house, person)
  const thief = aBrowser(house)
  await passPassword(person, thief)
  const newPassword = 'another long enough password'
  await person.call('POST', '/api/auth/password', { currentPassword: person.password, newPassword })
  for (let n = 0; n < 12; n++)
    expect((await thief.call('POST', '/api/auth/factors/verify', { code: '000000' })).json().reason).toBe(
      'second_factor_not_pending',
    )
  const owner = aBrowser(house)
  await passPassword({ ...person, password: newPassword }, owner)
  expect((await owner.call('POST', '/api/auth/factors/verify', { code: await code() })).statusCode).toBe(200)
})

test('too many wrong codes are told to the owner, once, in the feed and by mail', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  const thief = aBrowser(house)
  await passPassword(person, thief)
  await atOnce(14, () => thief.call('POST', '/api/auth/factors/verify', { code: '000000' }))
  await house.runJobs()
  const mails = house.mailbox.list(person.email).map(({ subject }) => subject)
  expect(mails.filter((subject) => subject.startsWith('Somebody got past the first step'))).toHaveLength(1)
  const { events } = (await person.call('GET', '/api/activity')).json()
  const changes = events.map((event: { metadata: { change?: string } }) => event.metadata.change)
  expect(changes.filter((change: string) => change === 'second_factor_locked')).toHaveLength(1)
})

test('several addresses of one person are not several times as many tries', async () => {
  const person = await aPerson(house)
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select digest from emails where user_id = $1', [person.userId])
  expect(rows).toHaveLength(1)
  const second = `second-${person.email}`
  const { email } = (await person.call('POST', '/api/settings/emails', { email: second })).json()
  const code = /\b\d{6}\b/.exec(house.mailbox.list(second)[0]?.text ?? '')?.[0]
  await person.call('POST', `/api/settings/emails/${email.id}/verify`, { code })
  const statuses = []
  for (let n = 0; n < 12; n++) {
    const given = { email: n % 2 ? second : person.email, password: 'not the password' }
    statuses.push((await aBrowser(house).call('POST', '/api/auth/sign-in', given)).statusCode)
  }
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
})

test('a passkey whose removal is refused stays', async () => {
  const person = await aPerson(house)
  const passkey = await aPasskey(person)
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('update users set password_hash = null where id = $1 returning id', [person.userId])
  expect(rows).toHaveLength(1)
  const refused = await person.call('DELETE', `/api/auth/factors/passkeys/${passkey.id}`)
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'last_sign_in_method'])
  const credential = await passkey.assert()
  expect(
    (await aBrowser(house).call('POST', '/api/auth/factors/passkeys/sign-in', { credential })).statusCode,
  ).toBe(200)
})

test('a way in whose removal died half-way does not count as one that is left', async () => {
  const person = await aPerson(house)
  const [dying, last] = [await aPasskey(person), await aPasskey(person)]
  const { pool } = house.cells.get('us-1')
  await pool.query('update users set password_hash = null where id = $1', [person.userId])
  const [kept] = (await pool.query('select credential_id from passkeys where id = $1', [dying.id])).rows
  const entry = passkeyEntry(kept.credential_id)
  await house.directory.release([entry], { userId: person.userId }, house.clock.now())
  const refused = await person.call('DELETE', `/api/auth/factors/passkeys/${last.id}`)
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'last_sign_in_method'])
  // The janitor takes the half-removed one and tells of it once, on however many nodes he runs.
  house.clock.advance(leaseSeconds + 1)
  await Promise.all([house.runSchedules(), house.runSchedules(), house.runSchedules()])
  const { rows } = await pool.query(
    `select 1 from activity_events where workspace_id = $1 and metadata->>'change' = 'passkey_removed'`,
    [person.userId],
  )
  expect(rows).toHaveLength(1)
  expect((await person.call('GET', '/api/auth/factors')).json().passkeys).toHaveLength(1)
})

test('the challenge of a registration is not given to a session that proved too little', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)
  const other = aBrowser(house)
  await passPassword(person, other)
  expect(await passkeyOptions(other.call)).toBeUndefined()
})

test('wrong passwords do not keep the owner from confirming with a passkey', async () => {
  const person = await aPerson(house)
  const passkey = await aPasskey(person)
  const guess = () => person.call('POST', '/api/auth/reauthenticate', { password: 'not the password' })
  for (let n = 0; n < 10; n++) expect((await guess()).statusCode).toBe(400)
  expect((await guess()).json().reason).toBe('second_factor_locked')
  const credential = await passkey.assert()
  expect((await person.call('POST', '/api/auth/reauthenticate', { credential })).statusCode).toBe(200)
})
