import { sizeGranted } from '../src/ports/redis-rate-allowance.ts'
import type { Answer, Question, RateStore } from '../src/ports/redis-rate-store.ts'

type Grant = { id: string; size: number; untilMs: number }

/** What the script does in Redis, in plain words and in this process. `late` makes it look at questions only when told to. */
export class RateStoreModel implements RateStore {
  private readonly subjects = new Map<string, Grant[]>()
  private readonly late: boolean
  private delayed: (() => void)[] = []
  constructor({ late = false } = {}) {
    this.late = late
  }

  async connect(): Promise<void> {}

  async ask(question: Question): Promise<Answer> {
    if (this.late) await new Promise<void>((resolve) => void this.delayed.push(resolve))
    return this.answer(question)
  }

  async forget(subject: string): Promise<void> {
    this.subjects.delete(subject)
  }

  close(): void {}

  /** Answers what was asked so far. Returns whether there was anything. */
  catchUp(): boolean {
    const { delayed } = this
    this.delayed = []
    for (const answer of delayed) answer()
    return delayed.length > 0
  }

  private answer({ subject, atMs, windowMs, limit, waiting, wanted, holdMs, id, settled }: Question): Answer {
    const grants = (this.subjects.get(subject) ?? [])
      .map((grant) =>
        grant.id === settled?.id ? { id: grant.id, size: settled.used, untilMs: settled.lastMs } : grant,
      )
      .filter(({ size, untilMs }) => size > 0 && untilMs > atMs - windowMs)
    const sum = () => grants.reduce((total, { size }) => total + size, 0)
    const granted = sizeGranted(limit - sum(), waiting, wanted)
    if (granted > 0) grants.push({ id, size: granted, untilMs: granted > waiting ? atMs + holdMs : atMs })
    this.subjects.set(subject, grants)
    const firstMs = grants.length > 0 ? Math.min(...grants.map(({ untilMs }) => untilMs)) : atMs
    return { granted, left: limit - sum(), firstMs }
  }
}
