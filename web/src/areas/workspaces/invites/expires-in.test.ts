import { expect, test } from 'vitest'
import { expiresIn } from './expires-in.ts'

const now = new Date('2026-03-10T12:00:00Z')

test.each([
  ['2026-03-24T12:00:00Z', 'expires in 14 days'],
  ['2026-03-24T11:00:00Z', 'expires in 14 days'],
  ['2026-03-11T13:00:00Z', 'expires in 2 days'],
  ['2026-03-11T11:00:00Z', 'expires within a day'],
  ['2026-03-10T12:00:00Z', 'expired'],
])('an invite that holds until %s %s', (at, words) => {
  expect(expiresIn(at, now)).toBe(words)
})
