/** What a look-up found, and which subjects it depends on: when one of them changes it is worth nothing any more. */
export type Loaded<T> = { value: T; cellId: string; subjects: readonly string[]; reloadAt: Date | null }

type Entry<T> = Loaded<T> & { seq: number }
type Loading<T> = { seq: number; beganMs: number; work: Promise<T | undefined> }

/** Whether the node hears of changes in a cell, and since when without a gap, in monotonic milliseconds. */
export type Trust = (cellId: string, nowMs: number) => { since: number } | undefined

export type Bounds = {
  entriesMax: number
  unknownMax: number
  changesMax: number
  unknownMs: number
  joinMs: number
}

const defaultBounds: Bounds = {
  entriesMax: 100_000,
  unknownMax: 20_000,
  changesMax: 50_000,
  unknownMs: 5000,
  joinMs: 500,
}

/** What one node remembers of look-ups, as long as it hears of every change (decision 0041). It never holds something that a change it
 *  has heard of made untrue: a refill that began before the change is handed to who asked before it, and forgotten. Every change raises
 *  one number; an entry is good while none of its subjects has changed since the number it was loaded under. */
export class Memory<T> {
  private readonly entries = new Map<string, Entry<T>>()
  private readonly unknown = new Map<string, number>()
  private readonly loading = new Map<string, Loading<T>>()
  private readonly changedAt = new Map<string, number>()
  private seq = 0
  private remembered = 0
  private asked = 0
  private readonly trust: Trust
  private readonly heardSince: (nowMs: number) => number | undefined
  private readonly nowMs: () => number
  private readonly bounds: Bounds
  /** `heardSince`: since when the node has heard all cells without a gap; undefined while it may miss something. */
  constructor(
    trust: Trust,
    heardSince: (nowMs: number) => number | undefined,
    nowMs: () => number = () => performance.now(),
    bounds: Partial<Bounds> = {},
  ) {
    this.trust = trust
    this.heardSince = heardSince
    this.nowMs = nowMs
    this.bounds = { ...defaultBounds, ...bounds }
  }

  /** How many look-ups were answered from memory and how many were loaded, and how much there is. */
  get counts(): { remembered: number; asked: number; size: number } {
    return { remembered: this.remembered, asked: this.asked, size: this.entries.size }
  }

  /** What `name` stands for: remembered, or loaded. `load` answers undefined for what does not exist; a fault is passed on and
   *  remembered by nobody. */
  find(
    name: string,
    at: Date,
    load: () => Promise<Loaded<T> | undefined>,
  ): T | Promise<T | undefined> | undefined {
    const nowMs = this.nowMs()
    const entry = this.entries.get(name)
    if (entry) {
      if (this.isGood(entry, at, nowMs)) {
        this.remembered++
        return entry.value
      }
      this.entries.delete(name)
    }
    const unknownUntil = this.unknown.get(name)
    if (unknownUntil !== undefined) {
      if (nowMs < unknownUntil) return undefined
      this.unknown.delete(name)
    }
    const under = this.loading.get(name)
    if (under && this.mayJoin(under, nowMs)) return under.work
    const loading: Loading<T> = { seq: this.seq, beganMs: nowMs, work: this.fill(name, nowMs, load) }
    this.loading.set(name, loading)
    const forget = () => {
      if (this.loading.get(name) === loading) this.loading.delete(name)
    }
    loading.work.then(forget, forget)
    return loading.work
  }

  /** Hears that a subject has changed. */
  change(subject: string): void {
    this.changedAt.set(subject, ++this.seq)
    if (this.changedAt.size > this.bounds.changesMax) this.clear()
  }

  /** Keeps whoever asks from now on from waiting for an answer that was begun before: what is new is told of by no change, and
   *  whoever made it may have been answered by now. */
  part(): void {
    this.seq++
  }

  /** Forgets everything, and what is being loaded as well: for when changes may have gone unheard. */
  clear(): void {
    this.seq++
    this.entries.clear()
    this.unknown.clear()
    this.changedAt.clear()
    this.loading.clear()
    this.floor = this.seq
  }

  private floor = 0

  /** Whoever comes after a change does not wait for an answer from before it; nor does anybody while changes may have gone unheard since
   *  the load began. Where the load will look is not known yet, so every cell must be heard. */
  private mayJoin({ seq, beganMs }: Loading<T>, nowMs: number): boolean {
    // Whoever hangs on a connection that died unnoticed does so alone.
    if (nowMs - beganMs > this.bounds.joinMs) return false
    const heardSince = this.heardSince(nowMs)
    return seq === this.seq && heardSince !== undefined && heardSince <= beganMs
  }

  private async fill(
    name: string,
    beganMs: number,
    load: () => Promise<Loaded<T> | undefined>,
  ): Promise<T | undefined> {
    const { seq } = this
    this.asked++
    const loaded = await load()
    if (seq < this.floor) return loaded?.value
    if (!loaded) {
      if (this.bounds.unknownMs === 0 || this.heardSince(this.nowMs()) === undefined) return undefined
      if (this.unknown.size >= this.bounds.unknownMax) dropFirst(this.unknown)
      this.unknown.set(name, this.nowMs() + this.bounds.unknownMs)
      return undefined
    }
    const trust = this.trust(loaded.cellId, this.nowMs())
    const entry = { ...loaded, seq }
    // Heard of every change since before it was read, and none of them was about this.
    if (trust && trust.since <= beganMs && this.isUnchanged(entry)) {
      if (this.entries.size >= this.bounds.entriesMax) dropFirst(this.entries)
      this.entries.set(name, entry)
    }
    return loaded.value
  }

  private isGood(entry: Entry<T>, at: Date, nowMs: number): boolean {
    return (
      this.isUnchanged(entry) &&
      (entry.reloadAt === null || at < entry.reloadAt) &&
      this.trust(entry.cellId, nowMs) !== undefined
    )
  }

  private isUnchanged({ subjects, seq }: Entry<T>): boolean {
    for (const subject of subjects) if ((this.changedAt.get(subject) ?? 0) > seq) return false
    return true
  }
}

/** A map gives its entries in the order they came. */
const dropFirst = (map: Map<string, unknown>): void => {
  const [first] = map.keys()
  if (first !== undefined) map.delete(first)
}
