import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { codeFor } from '../browser.ts'
import { aPerson, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { mailsTo, ownOf, rowsOf, stateOf, toldOf } from './stores.ts'

type Owner = { person: Person; emailId: string; address: string; code: string; releasedAtOnce?: boolean }

/** Somebody with a private address who has added their company's, which raises the sign-up credit once it is proved. */
const addingEmail = async (house: TestHouse): Promise<Owner> => {
  const name = `crash-${randomBytes(5).toString('hex')}`
  const person = await aPerson(house, { username: name, email: `${name}@gmail.com` })
  const address = `${name}@company.example`
  const reply = await person.call('POST', '/api/settings/emails', { email: address })
  return { person, emailId: reply.json().email.id, address, code: codeFor(house, address) }
}

export const prepareVerifyEmail = async (house: TestHouse) => {
  const subject = await addingEmail(house)
  const { person, emailId, code } = subject
  return {
    command: { name: 'verifyEmail', ...(await ownOf(house, person)), emailId, code } as const,
    subject,
  }
}

export const prepareRemoveEmail = async (house: TestHouse) => {
  const subject = await addingEmail(house)
  const { person, emailId, code } = subject
  await person.call('POST', `/api/settings/emails/${emailId}/verify`, { code })
  return { command: { name: 'removeEmail', ...(await ownOf(house, person)), emailId } as const, subject }
}

const entryOf = (house: TestHouse, { address }: Owner) => house.directory.guessable('email', address)

const listedOf = async (person: Person, emailId: string) =>
  (await person.call('GET', '/api/settings/emails'))
    .json()
    .emails.find(({ id }: { id: string }) => id === emailId)

/** Looks which addresses find nobody any more before the janitor has come. */
export const lookAtEmails = async (house: TestHouse, deaths: Death<Owner>[]): Promise<void> => {
  for (const { subject } of deaths)
    subject.releasedAtOnce = (await house.directory.find(entryOf(house, subject))) === undefined
}

/** An address that is proved, told of and credited, or one whose code is still good. */
export const checkVerifyEmail = async (house: TestHouse, deaths: Death<Owner>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(14)
  for (const { subject, isDone } of deaths) {
    const { person, emailId, code } = subject
    const { verified } = await listedOf(person, emailId)
    if (isDone) expect(verified).toBe(true)
    await expectProved(house, subject, verified)
    if (verified) continue
    const again = await person.call('POST', `/api/settings/emails/${emailId}/verify`, { code })
    expect(again.json()).toEqual({ success: true, bonusCents: 2000 })
    await expectProved(house, subject, true)
  }
}

const expectProved = async (house: TestHouse, subject: Owner, isProved: boolean): Promise<void> => {
  const { userId } = subject.person
  const once = isProved ? 1 : 0
  expect(await stateOf(house, entryOf(house, subject))).toBe(isProved ? 'confirmed' : undefined)
  expect(await toldOf(house, userId, 'email_verified')).toBe(once)
  expect(await toldOf(house, userId, 'signup_bonus')).toBe(once)
  expect(await mailsTo(house, userId)).toBe(once)
  const [user] = await rowsOf(house, 'us-1', 'select signup_bonus_cents from users where id = $1', [userId])
  expect(user).toEqual({ signup_bonus_cents: isProved ? 2500 : 500 })
}

/** An address that works as before, or none, told of once, and free for others. */
export const checkRemoveEmail = async (house: TestHouse, deaths: Death<Owner>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(11)
  expect(deaths.filter(({ subject }) => subject.releasedAtOnce).length).toBeGreaterThan(1)
  for (const { subject, isDone } of deaths) {
    const { person, emailId, releasedAtOnce } = subject
    const isGone = (await listedOf(person, emailId)) === undefined
    // What has stopped signing anybody in does not start again.
    if (isDone || releasedAtOnce) expect(isGone).toBe(true)
    expect(await stateOf(house, entryOf(house, subject))).toBe(isGone ? undefined : 'confirmed')
    expect(await toldOf(house, person.userId, 'email_removed')).toBe(isGone ? 1 : 0)
    // One was sent when it was proved.
    expect(await mailsTo(house, person.userId)).toBe(isGone ? 2 : 1)
  }
}
