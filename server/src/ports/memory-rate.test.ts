import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryRateLimiter } from './memory-rate.ts'
import { minuteMs, type RateDecision } from './rate.ts'

/** The rule without cleverness: a request passes when fewer than `limit` passed within the last `windowMs`. */
class NaiveLimiter {
  private readonly passed = new Map<string, number[]>()

  take(subject: string, limit: number, atMs: number, windowMs: number): RateDecision {
    const all = this.passed.get(subject) ?? []
    const within = all.filter((time) => time > atMs - windowMs)
    if (within.length >= limit)
      return { allowed: false, limit, remaining: 0, resetAtMs: within.at(-limit)! + windowMs }
    this.passed.set(subject, [...within, atMs])
    return {
      allowed: true,
      limit,
      remaining: limit - within.length - 1,
      resetAtMs: (within[0] ?? atMs) + windowMs,
    }
  }
}

test('it decides exactly as a list of all requests would, whatever the limit and the pauses', () => {
  const step = fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.constantFrom(99, 100, 101)),
    subject: fc.constantFrom('a', 'b'),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(step, { minLength: 1, maxLength: 300 }),
      (limit, steps) => {
        const [limiter, naive] = [new MemoryRateLimiter(), new NaiveLimiter()]
        let atMs = 1_000_000
        for (const { pauseMs, subject } of steps) {
          atMs += pauseMs
          expect(limiter.take(subject, limit, atMs, 100)).toEqual(naive.take(subject, limit, atMs, 100))
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('within any stretch of one window no more than the limit passes', () => {
  const limiter = new MemoryRateLimiter()
  const passed: number[] = []
  for (let atMs = 0; atMs < 5 * minuteMs; atMs += 700)
    if (limiter.take('a', 10, atMs).allowed) passed.push(atMs)
  for (const from of passed)
    expect(passed.filter((time) => time >= from && time < from + minuteMs).length).toBeLessThanOrEqual(10)
  expect(passed).toHaveLength(50)
})

test('a refused request does not count, so waiting as long as told is enough', () => {
  const limiter = new MemoryRateLimiter()
  limiter.take('a', 1, 0)
  for (let atMs = 1; atMs < 100; atMs++) limiter.take('a', 1, atMs)
  const { resetAtMs } = limiter.take('a', 1, 100)
  expect(limiter.take('a', 1, resetAtMs - 1).allowed).toBe(false)
  expect(limiter.take('a', 1, resetAtMs).allowed).toBe(true)
})

test('a forgotten subject starts afresh, and a sweep forgets only the quiet', () => {
  const limiter = new MemoryRateLimiter()
  limiter.take('a', 1, 0)
  limiter.forget('a')
  expect(limiter.take('a', 1, 1).allowed).toBe(true)
  limiter.take('b', 1, minuteMs)
  limiter.sweep(minuteMs + 1)
  expect(limiter.take('b', 1, minuteMs + 2).allowed).toBe(false)
})

test('a limit of a billion costs no more memory than the requests that came', () => {
  const limiter = new MemoryRateLimiter()
  expect(limiter.take('a', 1_000_000_000, 0)).toMatchObject({ allowed: true, remaining: 999_999_999 })
})

test('when strangers come with more addresses than are kept, the longest quiet goes first', () => {
  const limiter = new MemoryRateLimiter()
  limiter.take('lively', 2, 0)
  limiter.take('quiet', 2, 1)
  limiter.take('lively', 2, 2)
  for (let n = 0; n < 199_999; n++) limiter.take(`stranger-${n}`, 1, 3)
  expect(limiter.take('lively', 2, 4).allowed).toBe(false)
  expect(limiter.take('quiet', 2, 4).remaining).toBe(1)
})
