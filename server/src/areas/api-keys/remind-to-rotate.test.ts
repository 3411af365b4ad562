import { afterAll, beforeAll, expect, test } from 'vitest'
import { rotateAfterDays } from '#contract/api-keys.ts'
import { issueKey } from '../../../test/keys.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { secondsAfter } from '../../clock.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const day = 24 * 3600

/** What the clock's work sends, of reminders to this person. */
const remindersOf = async ({ email }: Person): Promise<string[]> => {
  await house.runSchedules()
  await house.runJobs()
  return house.mailbox
    .list(email)
    .filter(({ subject }) => subject.includes('rotate'))
    .map(({ text }) => text)
}

test('whoever made a key is told once when it is ninety days old, and not a second before', async () => {
  const person = await aPerson(house, { region: 'eu' })
  await issueKey(house, person, { name: 'Training Server' })
  house.clock.advance(rotateAfterDays * day - 1)
  expect(await remindersOf(person)).toEqual([])
  house.clock.advance(1)
  const [reminder] = await remindersOf(person)
  expect(reminder).toContain('Training Server')
  expect(reminder).toContain('/settings?tab=api-keys')
  house.clock.advance(rotateAfterDays * day)
  expect(await remindersOf(person)).toHaveLength(1)
})

test('a key that has ended is passed over, for good; one that ends later is not', async () => {
  const person = await aPerson(house)
  const inDays = (days: number) => secondsAfter(house.clock.now(), days * day).toISOString()
  await issueKey(house, person, { name: 'Over', expiresAt: inDays(rotateAfterDays) })
  await issueKey(house, person, { name: 'Not over', expiresAt: inDays(rotateAfterDays + 1) })
  house.clock.advance(rotateAfterDays * day)
  const [only, ...more] = await remindersOf(person)
  expect([only?.includes('Not over'), more]).toEqual([true, []])
})

test('a key that was rotated or revoked in time is not told of; the one that came after it begins anew', async () => {
  const person = await aPerson(house)
  const [before, gone] = [await issueKey(house, person), await issueKey(house, person)]
  await person.call('POST', `/api/api-keys/${before.keyId}/rotate`, {})
  await person.call('DELETE', `/api/api-keys/${gone.keyId}`)
  house.clock.advance(rotateAfterDays * day - 1)
  expect(await remindersOf(person)).toEqual([])
  house.clock.advance(1)
  expect(await remindersOf(person)).toHaveLength(1)
})

test('nothing of a name reaches the mail as markup, nor the value of the key', async () => {
  const person = await aPerson(house)
  const key = await issueKey(house, person, { name: '<b>bold</b>' })
  house.clock.advance(rotateAfterDays * day)
  await remindersOf(person)
  const [mail] = house.mailbox.list(person.email)
  expect(mail?.html).not.toContain('<b>bold')
  expect(JSON.stringify(mail)).not.toContain(key.key.slice(0, 11))
})
