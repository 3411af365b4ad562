import { expect, test } from 'vitest'
import { dateField, endOf } from './expiry.ts'

const now = new Date(2027, 2, 5, 12, 0)

test('a key ends after so many days, or with the day that was chosen', () => {
  expect(endOf({ choice: 'never', date: '' }, now)).toBeNull()
  expect(endOf({ choice: '30', date: '2020-01-01' }, now)).toEqual(new Date(now.getTime() + 30 * 86_400_000))
  expect(endOf({ choice: 'date', date: '2027-03-09' }, now)).toEqual(new Date(2027, 2, 9, 23, 59, 59))
})

test('today is still a choice, yesterday and half a date are none', () => {
  expect(endOf({ choice: 'date', date: dateField(now) }, now)).toEqual(new Date(2027, 2, 5, 23, 59, 59))
  expect(endOf({ choice: 'date', date: '2027-03-04' }, now)).toBeUndefined()
  expect(endOf({ choice: 'date', date: '' }, now)).toBeUndefined()
})
