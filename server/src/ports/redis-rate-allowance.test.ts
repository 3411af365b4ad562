import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minuteMs } from './rate.ts'
import { holdMsOf, sizeGranted, sizeToAsk } from './redis-rate-allowance.ts'

const holdMs = 1000

test('who comes seldom is asked for one at a time', () => {
  expect(sizeToAsk({ waiting: 1, usedLately: 0, elapsedMs: 1e12, holdMs })).toBe(1)
  expect(sizeToAsk({ waiting: 1, usedLately: 1, elapsedMs: 5000, holdMs })).toBe(1)
  expect(sizeToAsk({ waiting: 1, usedLately: 1, elapsedMs: 600, holdMs })).toBe(1)
})

test('who comes all the time is asked for in advance, at most twice of what was seen', () => {
  expect(sizeToAsk({ waiting: 1, usedLately: 1, elapsedMs: 10, holdMs })).toBe(4)
  expect(sizeToAsk({ waiting: 1, usedLately: 100, elapsedMs: 10, holdMs })).toBe(202)
  expect(sizeToAsk({ waiting: 1, usedLately: 1000, elapsedMs: 500, holdMs })).toBe(2000)
})

test('who comes less often is asked for less again', () => {
  expect(sizeToAsk({ waiting: 1, usedLately: 10, elapsedMs: 2000, holdMs })).toBe(5)
  expect(sizeToAsk({ waiting: 1, usedLately: 5, elapsedMs: 4000, holdMs })).toBe(1)
})

test('everybody who waits is asked for', () => {
  expect(sizeToAsk({ waiting: 50, usedLately: 0, elapsedMs: 0, holdMs })).toBe(50)
  expect(sizeToAsk({ waiting: 50, usedLately: 1, elapsedMs: 1e6, holdMs })).toBe(50)
})

test('in advance no more is granted than a quarter of what is left', () => {
  expect(sizeGranted(100, 1, 1000)).toBe(25)
  expect(sizeGranted(7, 1, 1000)).toBe(1)
  expect(sizeGranted(7, 5, 1000)).toBe(5)
  expect(sizeGranted(3, 5, 1000)).toBe(3)
  expect(sizeGranted(0, 5, 1000)).toBe(0)
  expect(sizeGranted(-4, 5, 1000)).toBe(0)
})

test('never more is granted than is left, or was wanted, and nobody waits while something is left', () => {
  const amount = fc.integer({ min: 0, max: 1000 })
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 1000 }), amount, amount, (left, waiting, more) => {
      const granted = sizeGranted(left, waiting, waiting + more)
      expect(granted).toBeLessThanOrEqual(Math.max(left, 0))
      expect(granted).toBeLessThanOrEqual(waiting + more)
      expect(granted).toBeGreaterThanOrEqual(Math.min(waiting, Math.max(left, 0)))
    }),
  )
})

test('an allowance is good for a second of a minute, and for less of less', () => {
  expect(holdMsOf(minuteMs)).toBe(1000)
  expect(holdMsOf(24 * 60 * minuteMs)).toBe(1000)
  expect(holdMsOf(100)).toBe(5)
})
