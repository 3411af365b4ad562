import { expect, test } from 'vitest'
import { seatSummary, seatsOf } from './seat-summary.ts'

test.each([
  [{ used: 3, max: 5, pending: 1 }, '3 of 5 seats used · 2 available (includes 1 pending invite)'],
  [{ used: 4, max: 5, pending: 2 }, '4 of 5 seats used · 1 available (includes 2 pending invites)'],
  [{ used: 5, max: 5, pending: 0 }, '5 of 5 seats used · 0 available'],
  [{ used: 1, max: 1, pending: 0 }, '1 of 1 seat used · 0 available'],
  [{ used: 7, max: 5, pending: 0 }, '7 of 5 seats used · 2 over the limit'],
  [{ used: 6, max: 5, pending: 1 }, '6 of 5 seats used · 1 over the limit (includes 1 pending invite)'],
])('%o reads "%s"', (seats, sentence) => {
  expect(seatSummary(seats)).toBe(sentence)
})

test('members and pending invites take seats alike', () => {
  const members = [{ status: 'active' }, { status: 'active' }, { status: 'pending' }] as const
  expect(seatsOf(members, 5)).toEqual({ used: 3, max: 5, pending: 1 })
})
