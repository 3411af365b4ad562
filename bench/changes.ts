import { keyValueOf } from './keys.ts'
import { median, quantile } from './numbers.ts'

/** How long changes to keys take on one node, in milliseconds, and how many keys are made in a second by ten at once. */
export type Changes = {
  issue: { p50Ms: number; p99Ms: number; count: number }
  issuedPerSecond: number
  revoke: { p50Ms: number; p99Ms: number; count: number }
}

const atOnce = 10

/** Makes and revokes keys with key 0, which may. Each key is used before it is revoked, so that the node remembers it, and again at once
 *  after the reply: throws when it still opens anything then. */
export const measureChanges = async (
  port: number,
  { count, seconds }: { count: number; seconds: number },
): Promise<Changes> => {
  const site = `http://localhost:${port}`
  const call = async (method: string, path: string, key: string, expected: number, body?: unknown) => {
    const reply = await fetch(`${site}${path}`, {
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
  const admin = keyValueOf(0)
  const issue = (): Promise<{ keyId: string; key: string }> =>
    call('POST', '/api/api-keys', admin, 200, { name: 'Measured' })

  const issueMs: number[] = []
  const issued: { keyId: string; key: string }[] = []
  for (let n = 0; n < count; n++) issued.push(await timed(issueMs, issue))

  const revokeMs: number[] = []
  for (const { keyId, key } of issued) {
    await call('GET', '/api/bench/key', key, 200)
    await timed(revokeMs, () => call('DELETE', `/api/api-keys/${keyId}`, admin, 200))
    await call('GET', '/api/bench/key', key, 401)
  }

  const began = performance.now()
  let made = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() - began < seconds * 1000) {
        await issue()
        made++
      }
    }),
  )
  const issuedPerSecond = (made * 1000) / (performance.now() - began)
  return { issue: spread(issueMs), issuedPerSecond, revoke: spread(revokeMs) }
}

const timed = async <T>(times: number[], work: () => Promise<T>): Promise<T> => {
  const began = performance.now()
  const result = await work()
  times.push(performance.now() - began)
  return result
}

const spread = (times: readonly number[]) => ({
  p50Ms: median(times),
  p99Ms: quantile(times, 0.99),
  count: times.length,
})
