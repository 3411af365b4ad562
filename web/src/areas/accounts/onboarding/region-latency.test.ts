import { expect, test } from 'vitest'
import { fastestOf, median } from './region-latency.ts'

test('one slow answer does not move the median', () => {
  expect(median([20, 900, 21, 19, 22])).toBe(21)
})

test('nothing is recommended while a region is still being measured', () => {
  expect(fastestOf({ us: { state: 'measured', ms: 9 }, eu: { state: 'measuring' } })).toBeUndefined()
})

test('the region that answers soonest is recommended, and one that does not answer never is', () => {
  expect(
    fastestOf({
      us: { state: 'measured', ms: 90 },
      eu: { state: 'measured', ms: 24 },
      ap: { state: 'unknown' },
    }),
  ).toBe('eu')
  expect(fastestOf({ us: { state: 'unknown' }, eu: { state: 'unknown' } })).toBeUndefined()
})
