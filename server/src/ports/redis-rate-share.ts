import type { RateDecision } from './rate.ts'
import { holdMsOf, sizeToAsk } from './redis-rate-allowance.ts'
import type { Answer, Question, Settled } from './redis-rate-store.ts'

/** For how long a refusal is believed without asking again. Others give back what they did not use, and a subject may be forgotten on
 *  another node; five questions a second are few enough for any flood. */
const refusalMs = 200

type Grant = {
  id: string
  size: number
  used: number
  atMs: number
  /** The last moment at which it may be used, and the last at which it was. */
  untilMs: number
  lastMs: number
  /** What was left for everybody then, and when the oldest use that counts was. */
  left: number
  firstMs: number
  /** The store does not know yet how much of it is used: some was granted in advance. */
  open: boolean
}

const noGrant: Grant = {
  id: '',
  size: 0,
  used: 0,
  atMs: 0,
  untilMs: 0,
  lastMs: 0,
  left: 0,
  firstMs: 0,
  open: false,
}

type Waiter = { atMs: number; resolve(decision: RateDecision): void }

/** What one node holds of one subject: the allowance it was granted last, the refusal it was told last, and who waits for the next answer.
 *  It decides alone while it can (decision 0042). */
export class Share {
  readonly subject: string
  readonly limit: number
  readonly windowMs: number
  readonly waiting: Waiter[] = []
  private readonly holdMs: number
  private grant = noGrant
  private refusal = { atMs: 0, untilMs: 0, resetAtMs: 0 }
  constructor(subject: string, limit: number, windowMs: number) {
    this.subject = subject
    this.limit = limit
    this.windowMs = windowMs
    this.holdMs = holdMsOf(windowMs)
  }

  /** When it was last used or refused, for whoever tidies up. */
  get lastMs(): number {
    return Math.max(this.grant.lastMs, this.refusal.atMs)
  }

  /** Whether it keeps something that others could use. */
  get isOpen(): boolean {
    return this.grant.open
  }

  /** How much of the allowance was used, to see whether it still is. */
  get usedCount(): number {
    return this.grant.used
  }

  /** The answer to a request, when it is known here. */
  decide(atMs: number): RateDecision | undefined {
    const { grant, refusal, limit, windowMs } = this
    if (grant.used < grant.size && atMs <= grant.untilMs) {
      grant.used++
      grant.lastMs = Math.max(grant.lastMs, atMs)
      const remaining = grant.left + grant.size - grant.used
      return { allowed: true, limit, remaining, resetAtMs: Math.max(grant.firstMs + windowMs, atMs) }
    }
    // A time before the refusal means a clock that was put back: it is asked anew.
    if (atMs < refusal.atMs || atMs >= refusal.untilMs) return undefined
    return { allowed: false, limit, remaining: 0, resetAtMs: refusal.resetAtMs }
  }

  /** The question for all who wait, as of the last of them: they pass together, then. */
  question(id: string): Question {
    const { subject, limit, windowMs, holdMs, grant } = this
    const waiting = this.waiting.length
    const times = this.waiting.map((waiter) => waiter.atMs)
    const atMs = times.reduce((latest, time) => Math.max(latest, time), times[0] ?? grant.lastMs)
    const wanted = sizeToAsk({ waiting, usedLately: grant.used, elapsedMs: atMs - grant.atMs, holdMs })
    return { subject, atMs, windowMs, limit, waiting, wanted, holdMs, id, settled: this.settle() }
  }

  /** Ends the allowance: nothing more of it is used. Returns what became of it, unless the store knows. */
  settle(): Settled | null {
    const { id, size, used, lastMs, open } = this.grant
    this.grant = { ...this.grant, size: used, open: false }
    return open ? { id, size, used, lastMs } : null
  }

  /** Takes in an answer, and lets go whoever it decides about. */
  accept({ id, waiting, atMs }: Question, { granted, left, firstMs }: Answer): void {
    const open = granted > waiting
    const untilMs = open ? atMs + this.holdMs : atMs
    this.grant = { id, size: granted, used: 0, atMs, untilMs, lastMs: atMs, left, firstMs, open }
    if (granted < waiting) {
      const resetAtMs = firstMs + this.windowMs
      this.refusal = { atMs, untilMs: Math.min(resetAtMs, atMs + refusalMs), resetAtMs }
    }
    this.letGo((waiter) => this.decide(Math.max(waiter.atMs, atMs)))
  }

  /** Answers those who wait, first come first served, until one has to wait on. */
  letGo(decide: (waiter: Waiter) => RateDecision | undefined): void {
    let count = 0
    for (const waiter of this.waiting) {
      const decision = decide(waiter)
      if (!decision) break
      count++
      waiter.resolve(decision)
    }
    this.waiting.splice(0, count)
  }
}
