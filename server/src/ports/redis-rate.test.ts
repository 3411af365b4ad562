import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { RateStoreModel } from '../../test/rate-store-model.ts'
import { RedisServer, withoutRedis } from '../../test/redis-server.ts'
import { minuteMs } from './rate.ts'
import { RedisRateLimiter, type RedisRateOptions } from './redis-rate.ts'
import { type RateStore, redisRateStore } from './redis-rate-store.ts'

const atMs = 1_800_000_000_000

let server: RedisServer | undefined
beforeAll(async () => {
  if (withoutRedis === null) server = await RedisServer.start()
})
afterAll(() => server?.stop())

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(limiters.splice(0).map((limiter) => limiter.close()))
})

const limiters: RedisRateLimiter[] = []

/** Nodes with their limiters over one store. */
const start = async (
  storeOf: () => RateStore,
  count: number,
  options: Partial<RedisRateOptions> = {},
): Promise<RedisRateLimiter[]> => {
  const secret = randomBytes(16)
  const nodes = Array.from(
    { length: count },
    () => new RedisRateLimiter(storeOf(), { secret, answerMs: 10_000, ...options }),
  )
  limiters.push(...nodes)
  await Promise.all(nodes.map((node) => node.start()))
  return nodes
}

const trips = (limiter: RedisRateLimiter): number => limiter.sharing().roundTrips

const stores: [string, { skip: boolean; open: () => () => RateStore }][] = [
  ['the rule in this process', { skip: false, open: () => one(new RateStoreModel()) }],
  [
    `a real Redis${withoutRedis ? ` (${withoutRedis})` : ''}`,
    { skip: withoutRedis !== null, open: () => () => redisRateStore(server?.url ?? '') },
  ],
]
const one = (store: RateStore) => () => store

describe.each(stores)('over %s', (_name, { skip, open }) => {
  test.skipIf(skip)('exactly as many pass as the limit says, and the next is told when', async () => {
    const [node] = await start(open(), 1)
    for (let n = 0; n < 10; n++)
      expect(await node?.take('a', 10, atMs + n * 2000)).toEqual({
        allowed: true,
        limit: 10,
        remaining: 9 - n,
        resetAtMs: atMs + minuteMs,
      })
    const refused = { allowed: false, limit: 10, remaining: 0, resetAtMs: atMs + minuteMs }
    expect(await node?.take('a', 10, atMs + 20_000)).toEqual(refused)
    expect(await node?.take('a', 10, atMs + minuteMs - 1)).toEqual(refused)
    expect(await node?.take('a', 10, atMs + minuteMs)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await node?.take('a', 10, atMs + minuteMs)).toMatchObject({
      allowed: false,
      resetAtMs: atMs + 2000 + minuteMs,
    })
  })

  test.skipIf(skip)('nodes count together, also what they are asked at once', async () => {
    const nodes = await start(open(), 3)
    const asked = Array.from({ length: 300 }, async (_, n) => nodes[n % 3]?.take('a', 100, atMs))
    const decisions = await Promise.all(asked)
    expect(decisions.filter((decision) => decision?.allowed)).toHaveLength(100)
  })

  test.skipIf(skip)('what is asked at once costs two round trips, however much it is', async () => {
    const [node] = await start(open(), 1)
    const before = trips(node!)
    await Promise.all(Array.from({ length: 500 }, async () => node?.take('a', 1000, atMs)))
    expect(trips(node!) - before).toBe(2)
  })

  test.skipIf(skip)('a subject that is asked all the time costs a round trip now and then', async () => {
    const [node] = await start(open(), 1)
    const before = trips(node!)
    for (let n = 0; n < 10_000; n++) {
      const { allowed } = await node!.take('a', 1_000_000, atMs + Math.floor(n / 10))
      expect(allowed).toBe(true)
    }
    expect(trips(node!) - before).toBeLessThan(30)
  })

  test.skipIf(skip)(
    'a subject that is seldom asked costs one each time, and keeps nothing from others',
    async () => {
      const [one, other] = await start(open(), 2)
      const before = trips(one!)
      for (let n = 0; n < 10; n++)
        expect(await one?.take('a', 11, atMs + n * 1500)).toMatchObject({ remaining: 10 - n })
      expect(trips(one!) - before).toBe(10)
      expect(await other?.take('a', 11, atMs + 15_000)).toMatchObject({ allowed: true, remaining: 0 })
    },
  )

  test.skipIf(skip)('a flood of what is refused costs five round trips a second at most', async () => {
    const [node] = await start(open(), 1)
    for (let n = 0; n < 5; n++) await node?.take('a', 5, atMs)
    expect(await node?.take('a', 5, atMs)).toMatchObject({ allowed: false })
    const before = trips(node!)
    for (let n = 0; n < 10_000; n++) await node?.take('a', 5, atMs + n / 10)
    expect(trips(node!) - before).toBe(4)
  })

  test.skipIf(skip)('what one node does not use of its allowance, others get soon after', async () => {
    const [one, other] = await start(open(), 2)
    for (let n = 0; n < 30; n++) await one?.take('a', 100, atMs + n)
    let allowed = 0
    const takeAll = async (at: number) => {
      for (let n = 0; n < 100; n++) if ((await other?.take('a', 100, at))?.allowed) allowed++
    }
    await takeAll(atMs + 100)
    expect(allowed).toBeLessThan(70)
    await vi.advanceTimersByTimeAsync(2000)
    for (let tries = 0; tries < 50 && allowed < 70; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      await takeAll(atMs + 3000 + tries * 200)
    }
    expect(allowed).toBe(70)
  })

  test.skipIf(skip)('a clock that is put back opens nothing', async () => {
    const [one, other] = await start(open(), 2)
    for (let n = 0; n < 40; n++) await one?.take('a', 40, atMs + n)
    for (const node of [one, other])
      for (const back of [1, 100, 3000, 50_000])
        expect(await node?.take('a', 40, atMs - back)).toMatchObject({ allowed: false })
  })

  test.skipIf(skip)('a forgotten subject starts afresh on every node', async () => {
    const [one, other] = await start(open(), 2)
    for (let n = 0; n < 3; n++) await one?.take('a', 3, atMs)
    expect(await one?.take('a', 3, atMs)).toMatchObject({ allowed: false })
    expect(await other?.take('a', 3, atMs)).toMatchObject({ allowed: false })
    await other?.forget('a')
    expect(await other?.take('a', 3, atMs + 1)).toMatchObject({ allowed: true, remaining: 2 })
    expect(await one?.take('a', 3, atMs + 200)).toMatchObject({ allowed: true, remaining: 1 })
  })

  test.skipIf(skip)('what a node holds when it stops, the others get at once', async () => {
    const [one, other] = await start(open(), 2)
    for (let n = 0; n < 30; n++) await one?.take('a', 100, atMs + n)
    await one?.close()
    const decisions = []
    for (let n = 0; n < 100; n++) decisions.push(await other?.take('a', 100, atMs + 100))
    expect(decisions.filter((decision) => decision?.allowed)).toHaveLength(70)
  })

  test.skipIf(skip)('strangers with ever new addresses do not fill the memory of a node', async () => {
    const [node] = await start(open(), 1, { subjectsMax: 100 })
    for (let n = 0; n < 1000; n++) await node?.take(`stranger-${n}`, 5, atMs)
    expect(node?.size).toBe(100)
    node?.sweep(atMs + minuteMs)
    expect(node?.size).toBe(0)
  })
})

describe.skipIf(withoutRedis)('what a real Redis gets to see', () => {
  test('subjects are digests, and everything ends by itself', async () => {
    const store = () => redisRateStore(server?.url ?? '')
    const [node] = await start(store, 1)
    await server?.ask((client) => client.flushall())
    await node?.take('mail:ada@example.com:192.0.2.7', 5, atMs)
    await node?.take('auth:ip:192.0.2.7', 5, atMs, 1000)
    const dump = await server?.ask(async (client) => {
      const keys = await client.keys('*')
      const left = await Promise.all(keys.map((key) => client.pttl(key)))
      return {
        keys,
        left,
        members: await Promise.all(keys.map((key) => client.zrangebyscore(key, '-inf', '+inf'))),
      }
    })
    expect(dump?.keys).toHaveLength(2)
    for (const key of dump?.keys ?? []) expect(key).toMatch(/^gatehouse:rate:[\w-]{22}$/)
    expect(JSON.stringify(dump)).not.toMatch(/ada|example|192/)
    for (const ms of dump?.left ?? []) expect(ms).toBeGreaterThan(60_000)
    expect(Math.max(...(dump?.left ?? []))).toBeLessThanOrEqual(2 * minuteMs + 1000)
  })

  test('another secret is another world, so that installations can share a Redis', async () => {
    const store = () => redisRateStore(server?.url ?? '')
    const [[one], [other]] = [await start(store, 1), await start(store, 1)]
    await one?.take('a', 1, atMs)
    expect(await other?.take('a', 1, atMs)).toMatchObject({ allowed: true })
  })

  test('a subject leaves no more in Redis than its window needs', async () => {
    const store = () => redisRateStore(server?.url ?? '')
    const [node] = await start(store, 1)
    await server?.ask((client) => client.flushall())
    for (let n = 0; n < 3000; n++) await node?.take('a', 1_000_000, atMs + n * 40, 1000)
    const counts = await server?.ask(async (client) =>
      Promise.all((await client.keys('*')).map((key) => client.zcard(key))),
    )
    expect(Math.max(...(counts ?? []))).toBeLessThan(30)
  })
})
