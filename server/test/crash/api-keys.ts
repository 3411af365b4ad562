import { expect } from 'vitest'
import { aKey, aPerson, type KeyHolder } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, ownOf, rowsOf } from './stores.ts'

export const prepareIssue = async (house: TestHouse) => {
  const person = await aPerson(house)
  return {
    command: { name: 'issue', ...(await ownOf(house, person)) } as const,
    subject: { userId: person.userId },
  }
}

/** A key with its event, or neither. */
export const checkIssue = async (house: TestHouse, deaths: Death<{ userId: string }>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(7)
  for (const { subject, isDone } of deaths) {
    const { userId } = subject
    const keys = await rowsOf(house, 'us-1', 'select id from api_keys where created_by = $1', [userId])
    expect(keys.length).toBeOneOf(isDone ? [1] : [0, 1])
    const events = `activity_events where user_id = $1 and resource_type = 'api_key' and action = 'created'`
    expect(await countOf(house, 'us-1', events, [userId])).toBe(keys.length)
    const state = 'select state from entries where subject_id = $1'
    if (keys[0])
      expect(await rowsOf(house, 'directory', state, [keys[0].id])).toEqual([{ state: 'confirmed' }])
  }
}

type Revoker = { userId: string; key: KeyHolder; refusedAtOnce?: boolean }

export const prepareRevoke = async (house: TestHouse) => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const subject: Revoker = { userId: person.userId, key }
  return { command: { name: 'revoke', ...(await ownOf(house, person)), keyId: key.keyId } as const, subject }
}

const isRefused = async (key: KeyHolder): Promise<boolean> =>
  (await key.call('GET', '/api/settings')).statusCode === 401

/** Looks whether the keys are refused before the janitor has come. */
export const lookAtKeys = async (deaths: Death<Revoker>[]): Promise<void> => {
  for (const { subject } of deaths) subject.refusedAtOnce = await isRefused(subject.key)
}

/** A live key, or none and one event that names who. */
export const checkRevoke = async (house: TestHouse, deaths: Death<Revoker>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(6)
  expect(deaths.filter(({ subject }) => subject.refusedAtOnce).length).toBeGreaterThan(1)
  for (const { subject, isDone } of deaths) {
    const { userId, key, refusedAtOnce } = subject
    const isGone = await isRefused(key)
    // Access that has ended never comes back.
    if (isDone || refusedAtOnce) expect(isGone).toBe(true)
    expect(await countOf(house, 'us-1', 'api_keys where id = $1', [key.keyId])).toBe(isGone ? 0 : 1)
    expect(await countOf(house, 'directory', 'entries where subject_id = $1', [key.keyId])).toBe(
      isGone ? 0 : 1,
    )
    const events = `activity_events where resource_id = $1 and action = 'deleted'`
    expect(await countOf(house, 'us-1', events, [key.keyId])).toBe(isGone ? 1 : 0)
    const byThem = await countOf(house, 'us-1', `${events} and user_id = $2`, [key.keyId, userId])
    expect(byThem).toBe(isGone ? 1 : 0)
  }
}
