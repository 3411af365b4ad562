import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RedisServer, withoutRedis } from '../../test/redis-server.ts'
import type { RateDecision } from './rate.ts'
import { RedisRateLimiter } from './redis-rate.ts'
import { redisRateStore } from './redis-rate-store.ts'

/* Redis goes away in every way it can while requests come: none fails, none waits long, and limits hold on each node. */

const limit = 50
/** A busy machine is forgiven more than a server's tenth of a second. */
const answerMs = 250
const boundMs = 600

describe.skipIf(withoutRedis)(`while Redis is away${withoutRedis ? ` (${withoutRedis})` : ''}`, () => {
  let server: RedisServer
  let nodes: RedisRateLimiter[]
  let changes: boolean[]

  const start = async (url = server.url) => {
    changes = []
    const secret = randomBytes(16)
    const onChange = (shared: boolean) => void changes.push(shared)
    nodes = [0, 1].map(() => new RedisRateLimiter(redisRateStore(url), { secret, onChange, answerMs }))
    await Promise.all(nodes.map((node) => node.start()))
  }

  beforeEach(async () => {
    server = await RedisServer.start()
    await start()
  })
  afterEach(async () => {
    server.thaw()
    await Promise.all(nodes.map((node) => node.close()))
    await server.stop()
  })

  /** Takes, and says how long it took. */
  const take = async (
    node: RedisRateLimiter,
    subject: string,
  ): Promise<RateDecision & { tookMs: number }> => {
    const began = performance.now()
    const decision = await node.take(subject, limit, Date.now())
    return { ...decision, tookMs: performance.now() - began }
  }

  /** Answered at once. */
  const known = (decision: RateDecision | Promise<RateDecision>): RateDecision => {
    if (decision instanceof Promise) throw new Error('A request had to wait')
    return decision
  }

  const isShared = () => nodes.every((node) => node.sharing().shared)

  const untilShared = async () => {
    const began = performance.now()
    while (!isShared()) {
      expect(performance.now() - began).toBeLessThan(8000)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Everything a test wants of a node that is alone: answers at once, and its own limit. */
  const expectAlone = async () => {
    for (const node of nodes) {
      const first = await Promise.all(Array.from({ length: 5 }, (_, n) => take(node, `first-${n}`)))
      for (const { allowed, tookMs } of first) {
        expect(allowed).toBe(true)
        expect(tookMs).toBeLessThan(boundMs)
      }
      expect(node.sharing().shared).toBe(false)
      const rest = Array.from({ length: 2 * limit }, () => known(node.take('alone', limit, Date.now())))
      expect(rest.filter(({ allowed }) => allowed)).toHaveLength(limit)
    }
  }

  /** Two nodes, one limit. */
  const expectTogether = async (subject: string) => {
    const both = await Promise.all(
      nodes.flatMap((node) => Array.from({ length: limit }, () => take(node, subject))),
    )
    expect(both.filter(({ allowed }) => allowed)).toHaveLength(limit)
  }

  test('killed and started again: each node counts alone, and they share again by themselves', async () => {
    await expectTogether('before')
    await server.kill()
    await expectAlone()
    await server.run()
    await untilShared()
    await expectTogether('after')
    expect(changes).toEqual([true, true, false, false, true, true])
  }, 30_000)

  test('frozen: only who is asking at that moment waits, and what was frozen is no loss', async () => {
    await expectTogether('before')
    server.freeze()
    await expectAlone()
    // Also while it is asked again and again whether it is back, and the connection is given up.
    for (let n = 0; n < 80; n++) {
      for (const node of nodes)
        expect(known(node.take(`later-${n}`, limit, Date.now()))).toMatchObject({ allowed: true })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    server.thaw()
    await untilShared()
    await expectTogether('after')
  }, 30_000)

  test('a node that nobody asks anything notices too', async () => {
    await server.kill()
    const began = performance.now()
    while (nodes.some((node) => node.sharing().shared)) {
      expect(performance.now() - began).toBeLessThan(8000)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }, 30_000)

  test('out of memory: it refuses to write, and is left until it can', async () => {
    await server.ask((client) => client.config('SET', 'maxmemory', '1'))
    await expectAlone()
    await server.ask((client) => client.config('SET', 'maxmemory', '0'))
    await untilShared()
    await expectTogether('after')
  }, 30_000)

  test('its scripts were flushed: nobody notices', async () => {
    await expectTogether('before')
    await server.ask((client) => client.script('FLUSH'))
    await expectTogether('after')
    expect(changes).toEqual([true, true])
  })

  test('connections are cut: they come back', async () => {
    await server.ask((client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))
    const decisions = await Promise.all(nodes.map((node) => take(node, 'cut')))
    for (const { allowed, tookMs } of decisions) {
      expect(allowed).toBe(true)
      expect(tookMs).toBeLessThan(boundMs)
    }
    await untilShared()
    await expectTogether('after')
  }, 30_000)

  test('not there at the start: the nodes start all the same, and share once it is there', async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await server.kill()
    const began = performance.now()
    await start()
    expect(performance.now() - began).toBeLessThan(2000)
    await expectAlone()
    await server.run()
    await untilShared()
    await expectTogether('after')
  }, 30_000)

  test('stopped while requests are on the way: all of them are answered', async () => {
    const flood = (async () => {
      const decisions = []
      const until = performance.now() + 1500
      for (let n = 0; performance.now() < until; n++)
        decisions.push(...(await Promise.all(nodes.map((node) => take(node, `flood-${n % 500}`)))))
      return decisions
    })()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await server.kill()
    const decisions = await flood
    expect(decisions.length).toBeGreaterThan(1000)
    const slowest = decisions.reduce((most, { tookMs }) => Math.max(most, tookMs), 0)
    expect(slowest).toBeLessThan(boundMs)
  }, 30_000)
})
