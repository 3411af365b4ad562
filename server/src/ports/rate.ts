export type RateDecision = {
  allowed: boolean
  limit: number
  remaining: number
  /** When the next request will be let through (refused), or when the oldest one stops counting (allowed). Unix milliseconds. */
  resetAtMs: number
}

/** Counts requests in a sliding window (SPEC 6). In process on one node; a shared store when several nodes run. It answers with a promise
 *  only where it has to ask that store; neither ever rejects. */
export type RateLimiter = {
  take(subject: string, limit: number, atMs: number, windowMs?: number): RateDecision | Promise<RateDecision>
  /** Starts the subject afresh, on every node. */
  forget(subject: string): void | Promise<void>
  /** Forgets subjects that have been quiet for a whole window. */
  sweep(atMs: number): void
  /** Whether nodes share limits at this moment, and how often the store was asked since the start. */
  sharing(): Sharing
  /** Gives back what this node holds; nothing is asked of the store any more. */
  close(): Promise<void>
}

export type Sharing = { shared: boolean; roundTrips: number }

export const minuteMs = 60_000
