import { allListen } from './house.ts'
import { keyValueOf, makerKeys } from './keys.ts'
import { median, quantile } from './numbers.ts'
import type { Place } from './places.ts'
import type { Stage } from './stage.ts'

/** How long something took, in milliseconds, so many times. */
type Spread = { p50Ms: number; p99Ms: number; maxMs: number; count: number }

/** How long changes to keys take, one after the other: on one node, on several, and on several of which one is frozen. */
export type Changes = { issue: Spread; revoke: Spread; revokeOnNodes: Spread; revokeWithOneFrozen: Spread }

/** Makes and revokes keys. Each is used before on every node, so that all remember it, and again at once after the reply: throws when
 *  it still opens anything anywhere then. A frozen node is asked when it has woken. */
export const measureChanges = async (
  { places, nodesCellUrl }: Stage,
  { count, frozenCount }: { count: number; frozenCount: number },
): Promise<Changes> => {
  const issueMs: number[] = []
  const revokeMs = await revokeMany(places.small, count, issueMs)
  const onNodesMs = await revokeMany(places.nodes, count, [])
  const frozenMs: number[] = []
  for (let n = 0; n < frozenCount; n++) {
    frozenMs.push(await revokeWithLastFrozen(places.nodes))
    // It begins anew now, and is one of those who are waited for again.
    await allListen(nodesCellUrl, places.nodes.processes.length)
  }
  return {
    issue: spread(issueMs),
    revoke: spread(revokeMs),
    revokeOnNodes: spread(onNodesMs),
    revokeWithOneFrozen: spread(frozenMs),
  }
}

type Issued = { keyId: string; key: string }

const revokeMany = async ({ processes }: Place, count: number, issueMs: number[]): Promise<number[]> => {
  const ports = processes.map(({ port }) => port)
  const [first = 0] = ports
  const revokeMs: number[] = []
  for (let n = 0; n < count; n++) {
    const issued = await timed(issueMs, () => issue(first))
    await expectAll(ports, issued.key, 200)
    await timed(revokeMs, () => revoke(first, issued.keyId))
    await expectAll(ports, issued.key, 401)
  }
  return revokeMs
}

const revokeWithLastFrozen = async ({ processes }: Place): Promise<number> => {
  const ports = processes.map(({ port }) => port)
  const [first = 0, last] = [ports[0], processes.at(-1)]
  const { key, keyId } = await issue(first)
  await expectAll(ports, key, 200)
  await last?.freeze()
  const revokeMs: number[] = []
  try {
    await timed(revokeMs, () => revoke(first, keyId))
    await expectAll(ports.slice(0, -1), key, 401)
  } finally {
    last?.thaw()
  }
  await expectAll(ports, key, 401)
  return revokeMs[0] ?? Number.NaN
}

const maker = keyValueOf(makerKeys.from)
const issue = (port: number): Promise<Issued> =>
  call(port, 'POST', '/api/api-keys', maker, 200, { name: 'Measured' })
const revoke = (port: number, keyId: string) => call(port, 'DELETE', `/api/api-keys/${keyId}`, maker, 200)
const expectAll = async (ports: readonly number[], key: string, status: number): Promise<void> => {
  await Promise.all(ports.map((port) => call(port, 'GET', '/api/bench/key', key, status)))
}

const call = async (
  port: number,
  method: string,
  path: string,
  key: string,
  expected: number,
  body?: unknown,
) => {
  const reply = await fetch(`http://localhost:${port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  if (reply.status !== expected) throw new Error(`${method} ${path} was answered ${reply.status}: ${text}`)
  return JSON.parse(text)
}

const timed = async <T>(times: number[], work: () => Promise<T>): Promise<T> => {
  const began = performance.now()
  const result = await work()
  times.push(performance.now() - began)
  return result
}

const spread = (times: readonly number[]): Spread => ({
  p50Ms: median(times),
  p99Ms: quantile(times, 0.99),
  maxMs: Math.max(...times),
  count: times.length,
})
