import { minuteMs, type RateDecision, type RateLimiter, type Sharing } from './rate.ts'

/** The times of the last accepted requests, as a ring that grows up to `limit`. A request passes when the slot it would overwrite is
 *  older than the window: an exact sliding window in constant time. */
type Ring = { times: Float64Array; next: number; limit: number; lastMs: number; windowMs: number }

/** Most subjects never come near their limit, and a limit may be in the millions. */
const firstSlots = 16

/** More subjects than this are never kept: strangers come with as many addresses as they like. The longest quiet one goes. */
const subjectsMax = 200_000

export class MemoryRateLimiter implements RateLimiter {
  private readonly rings = new Map<string, Ring>()

  take(subject: string, limit: number, atMs: number, windowMs: number = minuteMs): RateDecision {
    const ring = this.ringOf(subject, limit, windowMs)
    const oldest = ring.times[ring.next] ?? 0
    if (oldest > atMs - windowMs) {
      if (ring.times.length === limit)
        return { allowed: false, limit, remaining: 0, resetAtMs: oldest + windowMs }
      grow(ring)
    }
    ring.times[ring.next] = atMs
    ring.next = (ring.next + 1) % ring.times.length
    ring.lastMs = atMs
    // The map keeps the order of insertion: the longest quiet subject comes first.
    this.rings.delete(subject)
    this.rings.set(subject, ring)
    const used = countWithin(ring, atMs)
    const slots = ring.times.length
    const first = ring.times[(ring.next - used + slots) % slots] ?? atMs
    return { allowed: true, limit, remaining: limit - used, resetAtMs: first + windowMs }
  }

  forget(subject: string): void {
    this.rings.delete(subject)
  }

  sweep(atMs: number): void {
    for (const [subject, ring] of this.rings)
      if (ring.lastMs <= atMs - ring.windowMs) this.rings.delete(subject)
  }

  sharing(): Sharing {
    return { shared: false, roundTrips: 0 }
  }

  async close(): Promise<void> {}

  private ringOf(subject: string, limit: number, windowMs: number): Ring {
    const known = this.rings.get(subject)
    if (known && known.limit === limit) return known
    if (this.rings.size >= subjectsMax) {
      const quietest = this.rings.keys().next().value
      if (quietest !== undefined) this.rings.delete(quietest)
    }
    const times = emptySlots(Math.min(limit, firstSlots))
    const ring = { times, next: 0, limit, lastMs: 0, windowMs }
    this.rings.set(subject, ring)
    return ring
  }
}

const emptySlots = (count: number): Float64Array => new Float64Array(count).fill(Number.NEGATIVE_INFINITY)

/** Doubles a full ring, its times laid out from the oldest to the newest. */
const grow = (ring: Ring): void => {
  const { times, next, limit } = ring
  ring.times = emptySlots(Math.min(limit, times.length * 2))
  ring.times.set(times.subarray(next))
  ring.times.set(times.subarray(0, next), times.length - next)
  ring.next = times.length
}

/** How many of the ring's times lie in the window. They ascend from the newest backwards, so halving finds the edge. */
const countWithin = ({ times, next, windowMs }: Ring, atMs: number): number => {
  let low = 1
  let high = times.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const time = times[(next - middle + times.length) % times.length] ?? 0
    if (time > atMs - windowMs) low = middle
    else high = middle - 1
  }
  return low
}
