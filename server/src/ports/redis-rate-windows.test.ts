import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { RateStoreModel } from '../../test/rate-store-model.ts'
import { RedisServer, withoutRedis } from '../../test/redis-server.ts'
import type { RateDecision } from './rate.ts'
import { RedisRateLimiter } from './redis-rate.ts'
import { type RateStore, redisRateStore } from './redis-rate-store.ts'

/* Whatever several nodes do at whatever times, in no window more than the limit passes: over the store's rule in this process, and the same
   over a real Redis. */

const windowMs = 200
const nodes = 3
const seed = 20_261_121

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

/** Time passes, the clocks of the nodes differ by a little, and some of them are asked so many times at once. */
type Moment = {
  pauseMs: number
  skewMs: number[]
  bursts: { node: number; subject: string; count: number }[]
  /** Whether what is unused is given back. */
  ticks: boolean
  /** Whether a slow store gets round to answering. */
  answers: boolean
}

const pauses = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 2, arbitrary: fc.integer({ min: 5, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 185, max: 205 }) },
)

const bursts = fc.array(
  fc.record({
    node: fc.integer({ min: 0, max: nodes - 1 }),
    subject: fc.constantFrom('a', 'a', 'a', 'b'),
    count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 40 })),
  }),
  { maxLength: 4 },
)

const stories = (skewMaxMs: number, pauseMs: fc.Arbitrary<number> = pauses): fc.Arbitrary<Moment[]> =>
  fc.array(
    fc.record({
      pauseMs,
      skewMs: fc.array(fc.integer({ min: 0, max: skewMaxMs }), { minLength: nodes, maxLength: nodes }),
      bursts,
      ticks: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      answers: fc.integer({ min: 0, max: 2 }).map((n) => n > 0),
    }),
    { minLength: 1, maxLength: 100, size: 'max' },
  )

const moment = (pauseMs: number, node: number, count: number): Moment => {
  const bursts = [{ node, subject: 'a', count }]
  return { pauseMs, skewMs: [0, 0, 0], bursts, ticks: false, answers: true }
}

/** One node asks again and again and then no more; about a window later another asks for all it can get. */
const silences: fc.Arbitrary<Moment[]> = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 20 }),
    fc.integer({ min: 185, max: 215 }),
  )
  .map(([early, pauseMs]) => [
    ...early.map((ms) => moment(ms, 0, 1)),
    ...[pauseMs, 1, 1, 1, 1].map((ms) => moment(ms, 1, 80)),
  ])

const limits = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 80 }))

type Played = {
  /** When what passed was asked for, by a clock that everybody would agree on. */
  passed: Map<string, number[]>
  /** How long the longest answer took by that clock. */
  waitedMs: number
}

/** Plays the story on three nodes over one store. */
const play = async (
  storeOf: () => RateStore,
  limit: number,
  story: readonly Moment[],
  slow?: RateStoreModel,
): Promise<Played> => {
  const options = { secret: randomBytes(16), answerMs: 10_000 }
  const limiters = Array.from({ length: nodes }, () => new RedisRateLimiter(storeOf(), options))
  const starting = limiters.map((limiter) => limiter.start())
  await finish(starting, slow)
  const passed = new Map<string, number[]>([
    ['a', []],
    ['b', []],
  ])
  const waiting: Promise<unknown>[] = []
  let waitedMs = 0
  let nowMs = 1_800_000_000_000
  for (const { pauseMs, skewMs, bursts, ticks, answers } of story) {
    nowMs += pauseMs
    if (ticks) vi.advanceTimersByTime(1000)
    for (const { node, subject } of bursts.flatMap((burst) => Array<typeof burst>(burst.count).fill(burst))) {
      const askedMs = nowMs
      const note = ({ allowed }: RateDecision) => {
        if (allowed) passed.get(subject)?.push(askedMs)
        waitedMs = Math.max(waitedMs, nowMs - askedMs)
      }
      const atMs = askedMs + (skewMs[node] ?? 0)
      const decision = limiters[node]?.take(subject, limit, atMs, windowMs)
      if (decision instanceof Promise) waiting.push(decision.then(note))
      else if (decision) note(decision)
    }
    if (!slow) await Promise.all(waiting.splice(0))
    else if (answers) {
      slow.catchUp()
      await turn()
    }
  }
  await finish(waiting, slow)
  expect(limiters.every((limiter) => limiter.sharing().shared)).toBe(true)
  const closing = limiters.map((limiter) => limiter.close())
  await finish(closing, slow)
  return { passed, waitedMs }
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** Waits for the work, while a slow store answers whatever it is asked. */
const finish = async (work: readonly Promise<unknown>[], slow?: RateStoreModel): Promise<void> => {
  let done = false
  const ending = Promise.all(work).finally(() => {
    done = true
  })
  while (slow && !done) {
    slow.catchUp()
    await turn()
  }
  await ending
}

const expectWithin = (passed: Map<string, number[]>, limit: number, lengthMs: number): void => {
  for (const times of passed.values()) {
    const sorted = times.toSorted((one, other) => one - other)
    const gaps = sorted.slice(limit).map((time, index) => time - (sorted[index] ?? 0))
    if (gaps.length > 0) expect(Math.min(...gaps)).toBeGreaterThanOrEqual(lengthMs)
  }
}

test('three nodes let no more than the limit pass in any window', async () => {
  await fc.assert(
    fc.asyncProperty(limits, stories(0), async (limit, story) => {
      const store = new RateStoreModel()
      const { passed } = await play(() => store, limit, story)
      expectWithin(passed, limit, windowMs)
    }),
    { seed, numRuns: 500 },
  )
}, 120_000)

test('what a node used late of an allowance still counts when the node is silent since', async () => {
  await fc.assert(
    fc.asyncProperty(limits, silences, async (limit, story) => {
      const store = new RateStoreModel()
      const { passed } = await play(() => store, limit, story)
      expectWithin(passed, limit, windowMs)
    }),
    { seed, numRuns: 500 },
  )
}, 120_000)

test('where clocks differ, a window is shorter by no more than that', async () => {
  await fc.assert(
    fc.asyncProperty(limits, stories(15), async (limit, story) => {
      const store = new RateStoreModel()
      const { passed } = await play(() => store, limit, story)
      expectWithin(passed, limit, windowMs - 15)
    }),
    { seed, numRuns: 500 },
  )
}, 120_000)

test('where the store is slow, a window is shorter by no more than an answer takes', async () => {
  await fc.assert(
    fc.asyncProperty(limits, stories(0, fc.integer({ min: 0, max: 20 })), async (limit, story) => {
      const store = new RateStoreModel({ late: true })
      const { passed, waitedMs } = await play(() => store, limit, story, store)
      expectWithin(passed, limit, windowMs - waitedMs)
    }),
    { seed, numRuns: 500 },
  )
}, 120_000)

describe.skipIf(withoutRedis)(`over a real Redis${withoutRedis ? ` (${withoutRedis})` : ''}`, () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server.stop())

  test('three nodes let no more than the limit pass in any window', async () => {
    await fc.assert(
      fc.asyncProperty(limits, stories(0), async (limit, story) => {
        const { passed } = await play(() => redisRateStore(server.url), limit, story)
        expectWithin(passed, limit, windowMs)
      }),
      { seed, numRuns: 100 },
    )
  }, 120_000)

  test('what a node used late of an allowance still counts when the node is silent since', async () => {
    await fc.assert(
      fc.asyncProperty(limits, silences, async (limit, story) => {
        const { passed } = await play(() => redisRateStore(server.url), limit, story)
        expectWithin(passed, limit, windowMs)
      }),
      { seed, numRuns: 200 },
    )
  }, 120_000)

  test('where clocks differ, a window is shorter by no more than that', async () => {
    await fc.assert(
      fc.asyncProperty(limits, stories(15), async (limit, story) => {
        const { passed } = await play(() => redisRateStore(server.url), limit, story)
        expectWithin(passed, limit, windowMs - 15)
      }),
      { seed, numRuns: 100 },
    )
  }, 120_000)
})
