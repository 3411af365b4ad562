/** How many look-ups one load answers at most, and how long others wait for it. */
export type BatchBounds = { sizeMax: number; patienceMs: number }

const defaultBounds: BatchBounds = { sizeMax: 200, patienceMs: 100 }

type Asked<K, V> = { key: K; answer: (found: V | undefined) => void; fail: (fault: unknown) => void }

/** Answers look-ups that come close together with one load. Those of one turn of the event loop set out at its end; those that come while
 *  a load is on its way wait for it to be back and go together. So there is no timer to wait for, and the busier it is, the cheaper each
 *  becomes (decision 0044).
 *
 *  A load reads after each of its look-ups was asked: nothing joins it once it has begun. Memory counts on that. */
export class Batch<K, V> {
  private waiting: Asked<K, V>[] = []
  private isUnderWay = false
  private readonly load: (keys: readonly K[]) => Promise<readonly (V | undefined)[]>
  private readonly bounds: BatchBounds
  /** `load` answers in the order of the keys. It fails as a whole, for all who wait for it, so what is wrong with one key must be an
   *  answer, and keys that different stores know go through different batches. Where a load takes longer than `patienceMs`, others set
   *  out without it. */
  constructor(
    load: (keys: readonly K[]) => Promise<readonly (V | undefined)[]>,
    bounds: Partial<BatchBounds> = {},
  ) {
    this.load = load
    this.bounds = { ...defaultBounds, ...bounds }
  }

  /** What `key` stands for; undefined when it stands for nothing. */
  find(key: K): Promise<V | undefined> {
    return new Promise((answer, fail) => {
      this.waiting.push({ key, answer, fail })
      if (this.isUnderWay) return
      this.isUnderWay = true
      // Not before everybody has asked who came in this turn of the event loop: that made batches twice as large.
      setImmediate(() => this.setOut())
    })
  }

  private async setOut(): Promise<void> {
    const asked = this.waiting.splice(0, this.bounds.sizeMax)
    this.isUnderWay = asked.length > 0
    if (!this.isUnderWay) return
    let isFollowed = false
    const follow = () => {
      if (!isFollowed) void this.setOut()
      isFollowed = true
    }
    const impatience = setTimeout(follow, this.bounds.patienceMs).unref()
    try {
      const found = await this.load(asked.map(({ key }) => key))
      for (const [n, { answer }] of asked.entries()) answer(found[n])
    } catch (fault) {
      for (const { fail } of asked) fail(fault)
    }
    clearTimeout(impatience)
    follow()
  }
}

/** A batch for each store, so that one that is slow or away keeps nobody waiting who asks another. */
export const batchPer = <S extends object, K, V>(
  load: (store: S, keys: readonly K[]) => Promise<readonly (V | undefined)[]>,
): ((store: S) => Batch<K, V>) => {
  const batches = new WeakMap<S, Batch<K, V>>()
  return (store) => {
    const known = batches.get(store)
    if (known) return known
    const batch = new Batch<K, V>((keys) => load(store, keys))
    batches.set(store, batch)
    return batch
  }
}
