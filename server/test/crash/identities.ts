import { expect } from 'vitest'
import { connectIdentity } from '../../src/areas/accounts/identities/connect-identity.ts'
import { identityEntry } from '../../src/areas/accounts/identities/identity.ts'
import { aPerson } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, mailsTo, ownOf, stateOf, toldOf } from './stores.ts'

/** `subject` is the provider's name of them. */
type Holder = { userId: string; subject: string; releasedAtOnce?: boolean }

export const prepareConnect = async (house: TestHouse) => {
  const person = await aPerson(house)
  const holder: Holder = { userId: person.userId, subject: `subject of ${person.userId}` }
  return {
    command: {
      name: 'connectIdentity',
      ...(await ownOf(house, person)),
      account: accountOf(holder),
    } as const,
    subject: holder,
  }
}

const accountOf = ({ subject }: Pick<Holder, 'subject'>) =>
  ({ provider: 'google', issuer: 'https://provider.example', subject, email: null }) as const

const connect = (house: TestHouse, holder: Holder) =>
  connectIdentity(
    house,
    house.cells.get('us-1'),
    { userId: holder.userId },
    accountOf(holder),
    house.clock.now(),
  )

export const prepareDisconnect = async (house: TestHouse) => {
  const person = await aPerson(house)
  const holder: Holder = { userId: person.userId, subject: `subject of ${person.userId}` }
  await connect(house, holder)
  return {
    command: { name: 'disconnectIdentity', ...(await ownOf(house, person)) } as const,
    subject: holder,
  }
}

const entryOf = ({ directory }: TestHouse, holder: Holder) => identityEntry(directory, accountOf(holder))
const rows = 'identities where user_id = $1'

/** Looks which accounts at a provider are found no more before the janitor has come. */
export const lookAtIdentities = async (house: TestHouse, deaths: Death<Holder>[]): Promise<void> => {
  for (const { subject } of deaths)
    subject.releasedAtOnce = (await house.directory.find(entryOf(house, subject))) === undefined
}

/** An account at a provider that signs in, or one that can be connected still. */
export const checkConnect = async (house: TestHouse, deaths: Death<Holder>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(12)
  for (const { subject: holder, isDone } of deaths) {
    const isConnected = (await countOf(house, 'us-1', rows, [holder.userId])) === 1
    if (isDone) expect(isConnected).toBe(true)
    await expectConnected(house, holder, isConnected)
    if (isConnected) continue
    expect(await connect(house, holder)).toBe('connected')
    await expectConnected(house, holder, true)
  }
}

const expectConnected = async (house: TestHouse, holder: Holder, isConnected: boolean): Promise<void> => {
  const once = isConnected ? 1 : 0
  expect(await stateOf(house, entryOf(house, holder))).toBe(isConnected ? 'confirmed' : undefined)
  expect(await countOf(house, 'us-1', rows, [holder.userId])).toBe(once)
  expect(await toldOf(house, holder.userId, 'provider_connected')).toBe(once)
  expect(await mailsTo(house, holder.userId)).toBe(once)
}

/** An account at a provider as before, or none, told of once. */
export const checkDisconnect = async (house: TestHouse, deaths: Death<Holder>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(13)
  expect(deaths.filter(({ subject }) => subject.releasedAtOnce).length).toBeGreaterThan(1)
  for (const { subject: holder, isDone } of deaths) {
    const { userId, releasedAtOnce } = holder
    const isGone = (await countOf(house, 'us-1', rows, [userId])) === 0
    // What has stopped signing anybody in does not start again.
    if (isDone || releasedAtOnce) expect(isGone).toBe(true)
    expect(await stateOf(house, entryOf(house, holder))).toBe(isGone ? undefined : 'confirmed')
    expect(await toldOf(house, userId, 'provider_disconnected')).toBe(isGone ? 1 : 0)
    // One was sent when it was connected.
    expect(await mailsTo(house, userId)).toBe(isGone ? 2 : 1)
  }
}
