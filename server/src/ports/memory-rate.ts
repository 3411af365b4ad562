import { minuteMs, type RateDecision, type RateLimiter } from './rate.ts'

/** The times of the last `limit` accepted requests, as a ring. A request passes when the slot it would overwrite is older than the
 *  window: an exact sliding window in constant time. */
type Ring = { times: Float64Array; next: number; lastMs: number; windowMs: number }

/** More subjects than this are never kept: strangers come with as many addresses as they like. The longest quiet one goes. */
const subjectsMax = 200_000

export class MemoryRateLimiter implements RateLimiter {
  private readonly rings = new Map<string, Ring>()

  take(subject: string, limit: number, atMs: number, windowMs: number = minuteMs): RateDecision {
    const ring = this.ringOf(subject, limit, windowMs)
    const oldest = ring.times[ring.next] ?? 0
    if (oldest > atMs - windowMs) return { allowed: false, limit, remaining: 0, resetAtMs: oldest + windowMs }
    ring.times[ring.next] = atMs
    ring.next = (ring.next + 1) % limit
    ring.lastMs = atMs
    const used = this.countWithin(ring, limit, atMs)
    const first = ring.times[(ring.next - used + limit) % limit] ?? atMs
    return { allowed: true, limit, remaining: limit - used, resetAtMs: first + windowMs }
  }

  forget(subject: string): void {
    this.rings.delete(subject)
  }

  sweep(atMs: number): void {
    for (const [subject, ring] of this.rings)
      if (ring.lastMs <= atMs - ring.windowMs) this.rings.delete(subject)
  }

  private ringOf(subject: string, limit: number, windowMs: number): Ring {
    const known = this.rings.get(subject)
    if (known && known.times.length === limit) return known
    if (this.rings.size >= subjectsMax) {
      const oldest = this.rings.keys().next().value
      if (oldest !== undefined) this.rings.delete(oldest)
    }
    const ring = {
      times: new Float64Array(limit).fill(Number.NEGATIVE_INFINITY),
      next: 0,
      lastMs: 0,
      windowMs,
    }
    this.rings.set(subject, ring)
    return ring
  }

  /** How many of the ring's times lie in the window. They ascend from the newest backwards, so halving finds the edge. */
  private countWithin(ring: Ring, limit: number, atMs: number): number {
    let low = 1
    let high = limit
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      const time = ring.times[(ring.next - middle + limit) % limit] ?? 0
      if (time > atMs - ring.windowMs) low = middle
      else high = middle - 1
    }
    return low
  }
}
