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
  expect(deaths.length).toBeGreaterThan(4)
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

export const prepareRotate = async (house: TestHouse) => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  return {
    command: { name: 'rotate', ...(await ownOf(house, person)), keyId: key.keyId } as const,
    subject: { userId: person.userId, key },
  }
}

/** A key that ends and a new one, or the key as it was; told as it is. */
export const checkRotate = async (
  house: TestHouse,
  deaths: Death<{ userId: string; key: KeyHolder }>[],
): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(12)
  for (const { subject, isDone } of deaths) {
    const { userId, key } = subject
    const rows = await rowsOf(
      house,
      'us-1',
      'select id, expires_at is not null as ends from api_keys where created_by = $1 order by id = $2 desc',
      [userId, key.keyId],
    )
    const isRotated = rows.length === 2
    if (isDone) expect(isRotated).toBe(true)
    expect(rows.map(({ ends }) => ends)).toEqual(isRotated ? [true, false] : [false])
    expect(rows[0]?.id).toBe(key.keyId)
    for (const { id } of rows)
      expect(
        await rowsOf(house, 'directory', 'select state from entries where subject_id = $1', [id]),
      ).toEqual([{ state: 'confirmed' }])
    const told = `activity_events where user_id = $1 and resource_type = 'api_key' and action = $2`
    expect(await countOf(house, 'us-1', told, [userId, 'created'])).toBe(rows.length)
    expect(await countOf(house, 'us-1', told, [userId, 'updated'])).toBe(isRotated ? 1 : 0)
    // Within the overlap, so it works in either case.
    expect(await isRefused(key)).toBe(false)
  }
}
