import { randomBytes } from 'node:crypto'
import { keyedDigest } from '../crypto/digest.ts'
import { MemoryRateLimiter } from './memory-rate.ts'
import { minuteMs, type RateDecision, type RateLimiter, type Sharing } from './rate.ts'
import { Share } from './redis-rate-share.ts'
import type { Answer, Question, RateStore, Settled } from './redis-rate-store.ts'

const connectMs = 1000
/** How often unused allowances are looked for, and whether the store is there. */
const tickMs = 1000

export type RedisRateOptions = {
  /** Digests the subjects: the store must not know addresses. The same on every node. */
  secret: Buffer
  /** Hears when sharing begins and ends; `fault` is why it ended. */
  onChange?: (shared: boolean, fault?: unknown) => void
  /** How long a question may take; a request waits for two at most. */
  answerMs?: number
  /** More subjects than this are never kept; the longest quiet one goes. */
  subjectsMax?: number
}

/** Limits that hold over all nodes in every window. A node takes *allowances* from the store: a grant at time t counts from then on, may be
 *  used until t + hold, and stops counting one window after its last possible use. So every use in a window lies in a grant that was
 *  counted when the last of them was made (decision 0042). A request waits for the store only when nothing is left of the allowance; while
 *  the store does not answer, this node counts for itself, with the whole limit. */
export class RedisRateLimiter implements RateLimiter {
  private readonly shares = new Map<string, Share>()
  /** Shares with something to give back, and how much of it had been used at the last look. */
  private readonly open = new Map<Share, number>()
  private readonly own = new MemoryRateLimiter()
  private readonly store: RateStore
  private readonly options: Required<RedisRateOptions>
  private readonly node = randomBytes(6).toString('base64url')
  private readonly timer: NodeJS.Timeout
  private shared = false
  private probing = false
  private closed = false
  private roundTrips = 0
  private grants = 0
  constructor(store: RateStore, options: RedisRateOptions) {
    this.store = store
    this.options = { onChange: () => {}, answerMs: 100, subjectsMax: 200_000, ...options }
    this.timer = setInterval(() => this.tick(), tickMs)
    this.timer.unref()
  }

  /** Tries to reach the store, for a second at most. Without it every request is counted on this node, until it is there. */
  async start(): Promise<void> {
    await within(this.store.connect(), connectMs).catch(() => {})
    await this.probe()
  }

  take(
    subject: string,
    limit: number,
    atMs: number,
    windowMs: number = minuteMs,
  ): RateDecision | Promise<RateDecision> {
    const known = this.shares.get(subject)
    const fits = known?.limit === limit && known.windowMs === windowMs
    // Those who wait were there first.
    const decision = fits && known.waiting.length === 0 ? known.decide(atMs) : undefined
    if (decision) return decision
    if (!this.shared) return this.own.take(subject, limit, atMs, windowMs)
    const share = fits ? known : this.makeShare(subject, limit, windowMs)
    return new Promise((resolve) => {
      share.waiting.push({ atMs, resolve })
      if (share.waiting.length === 1) void this.serve(subject, share)
    })
  }

  async forget(subject: string): Promise<void> {
    const share = this.shares.get(subject)
    share?.settle()
    this.shares.delete(subject)
    this.own.forget(subject)
    if (!this.shared) return
    this.roundTrips++
    await within(this.store.forget(this.nameOf(subject)), this.options.answerMs).catch((fault) =>
      this.leave(fault),
    )
  }

  sweep(atMs: number): void {
    this.own.sweep(atMs)
    for (const [subject, share] of this.shares)
      if (share.lastMs <= atMs - share.windowMs && share.waiting.length === 0 && !share.isOpen)
        this.shares.delete(subject)
  }

  /** How many subjects it keeps. */
  get size(): number {
    return this.shares.size
  }

  sharing(): Sharing {
    return { shared: this.shared, roundTrips: this.roundTrips }
  }

  /** Gives back what is left of allowances. */
  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.timer)
    if (this.shared) await Promise.all([...this.open.keys()].map((share) => this.giveBack(share)))
    this.shared = false
    this.store.close()
  }

  /** Asks until nobody waits any more. Those who come meanwhile are asked for together, next time. */
  private async serve(subject: string, share: Share): Promise<void> {
    this.touch(subject, share)
    while (share.waiting.length > 0) {
      const question = share.question(`${this.node}${this.grants++}`)
      const answer = this.shared ? await this.ask(question) : undefined
      if (answer) share.accept(question, answer)
      else share.letGo(({ atMs }) => this.own.take(subject, share.limit, atMs, share.windowMs))
    }
    if (share.isOpen) this.open.set(share, -1)
    else this.open.delete(share)
  }

  private async ask(question: Question): Promise<Answer | undefined> {
    this.roundTrips++
    const answer = this.store.ask(question)
    try {
      return await within(answer, this.options.answerMs)
    } catch (fault) {
      this.leave(fault)
      // What is granted too late nobody uses.
      answer.then(
        ({ granted }) => this.report(question, { id: question.id, size: granted, used: 0, lastMs: 0 }),
        () => {},
      )
      return undefined
    }
  }

  private enter(): void {
    if (this.shared || this.closed) return
    this.shared = true
    this.options.onChange(true)
  }

  private leave(fault: unknown): void {
    if (!this.shared) return
    this.shared = false
    this.options.onChange(false, fault)
  }

  private tick(): void {
    void this.probe()
    if (!this.shared) return
    for (const [share, usedBefore] of this.open) {
      if (!share.isOpen) this.open.delete(share)
      else if (share.usedCount !== usedBefore) this.open.set(share, share.usedCount)
      else if (share.waiting.length === 0) void this.giveBack(share)
    }
  }

  private async giveBack(share: Share): Promise<void> {
    this.open.delete(share)
    const settled = share.settle()
    if (settled) await this.report(share.question(''), settled)
  }

  /** Only tells what became of an allowance. When that fails it counts for a window longer, and no harm is done. */
  private async report(about: Question, settled: Settled): Promise<void> {
    if (settled.size === 0) return
    this.roundTrips++
    await within(this.store.ask({ ...about, waiting: 0, wanted: 0, settled }), this.options.answerMs).catch(
      () => {},
    )
  }

  /** Asks in a way that needs all that requests need, memory included. No request waits for it. A store that was left has to be as quick
   *  as requests need it; one that is shared is only looked after, so that a quiet node tells the truth as well. */
  private async probe(): Promise<void> {
    if (this.probing || this.closed) return
    this.probing = true
    const probe = new Share(`probe-${this.node}`, 1, 1)
    probe.waiting.push({ atMs: Date.now(), resolve: () => {} })
    this.roundTrips++
    const patienceMs = this.shared ? connectMs : this.options.answerMs
    try {
      await within(this.store.ask(probe.question(`${this.node}${this.grants++}`)), patienceMs)
      this.enter()
    } catch (fault) {
      this.leave(fault)
    } finally {
      this.probing = false
    }
  }

  private makeShare(subject: string, limit: number, windowMs: number): Share {
    const share = new Share(this.nameOf(subject), limit, windowMs)
    this.shares.set(subject, share)
    if (this.shares.size > this.options.subjectsMax) {
      const [quietest] = this.shares.keys()
      if (quietest !== undefined) this.shares.delete(quietest)
    }
    return share
  }

  /** The map keeps the order of insertion: the longest quiet subject comes first. */
  private touch(subject: string, share: Share): void {
    if (this.shares.get(subject) !== share) return
    this.shares.delete(subject)
    this.shares.set(subject, share)
  }

  private nameOf(subject: string): string {
    return keyedDigest(this.options.secret, 'rate', subject).subarray(0, 16).toString('base64url')
  }
}

/** What `work` comes to, or a fault after `ms`. */
const within = <T>(work: Promise<T>, ms: number): Promise<T> =>
  new Promise((resolve, reject) => {
    // After a pause of this process the answer may lie there unread: it is looked for once more.
    const timer = setTimeout(() => setImmediate(() => reject(new Error(`No answer in ${ms} ms`))), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
