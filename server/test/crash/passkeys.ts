import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { passkeyEntry } from '../../src/areas/accounts/factors/passkey-entry.ts'
import { passkeys } from '../../src/areas/accounts/table.ts'
import { makeId } from '../../src/crypto/token.ts'
import { Authenticator } from '../authenticator.ts'
import { passkeyChallenge, passkeyOptions } from '../factors.ts'
import { aPerson, aStranger, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, mailsTo, ownOf, rowsOf, stateOf, toldOf } from './stores.ts'

type Adder = { person: Person; authenticator: Authenticator; credentialId: Buffer }

export const prepareAddPasskey = async (house: TestHouse) => {
  const person = await aPerson(house)
  const authenticator = new Authenticator()
  const credential = authenticator.create(await passkeyOptions(person.call))
  const subject: Adder = { person, authenticator, credentialId: Buffer.from(credential.id, 'base64url') }
  const typed = { ...credential, type: 'public-key' as const }
  return {
    command: { name: 'addPasskey', ...(await ownOf(house, person)), credential: typed } as const,
    subject,
  }
}

const rows = 'passkeys where user_id = $1'
const codes = 'recovery_codes where user_id = $1'

/** A passkey that signs in, with its recovery codes, or one that nobody knows. */
export const checkAddPasskey = async (house: TestHouse, deaths: Death<Adder>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(17)
  const stranger = aStranger(house)
  for (const { subject, isDone } of deaths) {
    const { person, authenticator, credentialId } = subject
    const { userId } = person
    const isKept = (await countOf(house, 'us-1', rows, [userId])) === 1
    if (isDone) expect(isKept).toBe(true)
    expect(await stateOf(house, passkeyEntry(credentialId))).toBe(isKept ? 'confirmed' : undefined)
    expect(await countOf(house, 'us-1', codes, [userId])).toBe(isKept ? 10 : 0)
    expect(await toldOf(house, userId, 'passkey_added')).toBe(isKept ? 1 : 0)
    expect(await mailsTo(house, userId)).toBe(isKept ? 1 : 0)
    const credential = authenticator.get(await passkeyChallenge(stranger))
    const signIn = await stranger('POST', '/api/auth/factors/passkeys/sign-in', { credential })
    expect(signIn.statusCode).toBe(isKept ? 200 : 400)
  }
}

type Remover = { userId: string; credentialId: Buffer; releasedAtOnce?: boolean }

/** Somebody whose only second factor is a passkey, which also opened their session. The row is written by hand: nobody signs in. */
export const prepareRemovePasskey = async (house: TestHouse) => {
  const person = await aPerson(house)
  const { userId } = person
  const at = house.clock.now()
  const id = makeId(at)
  const credentialId = randomBytes(32)
  const { db } = house.cells.get('us-1')
  const facts = { name: 'Laptop', publicKey: Buffer.from('key'), counter: 0, synced: false, createdAt: at }
  await db.insert(passkeys).values({ id, userId, credentialId, ...facts })
  const entry = passkeyEntry(credentialId)
  const claim = await house.directory.reserve([entry], { cellId: 'us-1', subjectId: userId }, at)
  if ('taken' in claim || !(await house.directory.confirm(claim))) throw new Error('Not kept')
  await rowsOf(house, 'us-1', 'update sessions set second_factor = $1 where user_id = $2', [id, userId])
  await rowsOf(house, 'us-1', 'insert into recovery_codes (user_id, digest) values ($1, $2)', [
    userId,
    randomBytes(32),
  ])
  const subject: Remover = { userId, credentialId }
  return {
    command: { name: 'removePasskey', ...(await ownOf(house, person)), passkeyId: id } as const,
    subject,
  }
}

/** Looks which passkeys are found no more before the janitor has come. */
export const lookAtPasskeys = async (house: TestHouse, deaths: Death<Remover>[]): Promise<void> => {
  for (const { subject } of deaths)
    subject.releasedAtOnce = (await house.directory.find(passkeyEntry(subject.credentialId))) === undefined
}

/** A passkey as before, or none: no recovery codes, no session that counts as strong, and one event. */
export const checkRemovePasskey = async (house: TestHouse, deaths: Death<Remover>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(16)
  expect(deaths.filter(({ subject }) => subject.releasedAtOnce).length).toBeGreaterThan(1)
  for (const { subject, isDone } of deaths) {
    const { userId, credentialId, releasedAtOnce } = subject
    const isGone = (await countOf(house, 'us-1', rows, [userId])) === 0
    // What has stopped signing anybody in does not start again.
    if (isDone || releasedAtOnce) expect(isGone).toBe(true)
    expect(await stateOf(house, passkeyEntry(credentialId))).toBe(isGone ? undefined : 'confirmed')
    const strong = 'sessions where user_id = $1 and second_factor is not null'
    expect(await countOf(house, 'us-1', strong, [userId])).toBe(isGone ? 0 : 1)
    expect(await countOf(house, 'us-1', codes, [userId])).toBe(isGone ? 0 : 1)
    expect(await toldOf(house, userId, 'passkey_removed')).toBe(isGone ? 1 : 0)
    expect(await mailsTo(house, userId)).toBe(isGone ? 1 : 0)
  }
}
