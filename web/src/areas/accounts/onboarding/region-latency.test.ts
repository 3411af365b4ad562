import { expect, test } from 'vitest'
import { median, recommendedOf } from './region-latency.ts'

test('one slow answer does not move the median', () => {
  expect(median([20, 900, 21, 19, 22])).toBe(21)
})

const measured = (ms: number) => ({ state: 'measured', ms }) as const

test('nothing is recommended while a region is still being measured', () => {
  expect(recommendedOf({ us: measured(9), eu: { state: 'measuring' } }, 'UTC')).toBeUndefined()
})

test('the region that answers soonest is recommended, and one that does not answer never is', () => {
  const latencies = { us: measured(90), eu: measured(24), ap: { state: 'unknown' } } as const
  expect(recommendedOf(latencies, 'Asia/Taipei')).toBe('eu')
  expect(recommendedOf({ us: { state: 'unknown' }, eu: { state: 'unknown' } }, 'UTC')).toBeUndefined()
})

test.each([
  ['America/Chicago', 'us'],
  ['Africa/Lagos', 'eu'],
  ['Australia/Perth', 'ap'],
  ['UTC', 'ap'],
])('of regions equally near, people in %s are recommended %s', (timeZone, region) => {
  expect(recommendedOf({ us: measured(5), eu: measured(4), ap: measured(3) }, timeZone)).toBe(region)
})
