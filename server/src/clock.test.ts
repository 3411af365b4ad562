import { expect, test, vi } from 'vitest'
import { ControllableClock, secondsAfter } from './clock.ts'

test('a controllable clock starts where it stopped and moves on by what it is told', () => {
  vi.useFakeTimers({ now: new Date('2026-03-02T09:00:00.000Z') })
  const told: number[] = []
  const clock = new ControllableClock(5000, (offsetMs) => told.push(offsetMs))
  expect(clock.now().toISOString()).toBe('2026-03-02T09:00:05.000Z')
  clock.advance(30 * 24 * 3600)
  clock.advance(0.5)
  expect(clock.now().toISOString()).toBe('2026-04-01T09:00:05.500Z')
  expect(told).toEqual([5000 + 2_592_000_000, 5000 + 2_592_000_500])
  vi.useRealTimers()
})

test('seconds after a time may be negative, and the time itself stays', () => {
  const at = new Date('2026-03-02T09:00:00.000Z')
  expect(secondsAfter(at, 90).toISOString()).toBe('2026-03-02T09:01:30.000Z')
  expect(secondsAfter(at, -90).toISOString()).toBe('2026-03-02T08:58:30.000Z')
  expect(at.toISOString()).toBe('2026-03-02T09:00:00.000Z')
})
