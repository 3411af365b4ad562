import type { z } from 'zod'
import { type ReceiptSummary, receiptDays } from '#contract/receipt.ts'
import { secondsAfter } from '../clock.ts'
import type { Directory } from '../directory/directory.ts'

type Day = { count: number; slowestMs: number }

/** How long it took until every node had confirmed what was taken away, by day. Gathered in memory and written in batches, so that no
 *  revoke waits for a statistic about itself; a crash loses the last seconds of it. */
export class Receipts {
  private readonly directory: Pick<Directory, 'database'>
  private days = new Map<string, Day>()

  constructor(directory: Pick<Directory, 'database'>) {
    this.directory = directory
  }

  note(tookMs: number, at: Date): void {
    const day = dayOf(at)
    const { count, slowestMs } = this.days.get(day) ?? { count: 0, slowestMs: 0 }
    this.days.set(day, { count: count + 1, slowestMs: Math.max(slowestMs, tookMs) })
  }

  /** Writes what was gathered; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    const gathered = this.days
    this.days = new Map()
    for (const [day, { count, slowestMs }] of gathered) {
      try {
        await this.directory.database.pool.query(
          `insert into receipt_days (day, count, slowest_ms) values ($1, $2, $3)
           on conflict (day) do update set count = receipt_days.count + excluded.count,
             slowest_ms = greatest(receipt_days.slowest_ms, excluded.slowest_ms)`,
          [day, count, slowestMs],
        )
        gathered.delete(day)
      } catch (fault) {
        for (const [left, kept] of gathered) this.days.set(left, sumOf(kept, this.days.get(left)))
        throw fault
      }
    }
  }

  /** The slowest of the last days on every node, what this one has yet to write included. */
  async summarize(at: Date): Promise<z.input<typeof ReceiptSummary>> {
    const since = dayOf(secondsAfter(at, -receiptDays * 86_400))
    const { rows } = await this.directory.database.pool.query<{ count: string; slowest: number | null }>(
      'select coalesce(sum(count), 0) as count, max(slowest_ms) as slowest from receipt_days where day > $1',
      [since],
    )
    let total: Day = { count: Number(rows[0]?.count), slowestMs: rows[0]?.slowest ?? 0 }
    for (const [day, gathered] of this.days) if (day > since) total = sumOf(total, gathered)
    const { count, slowestMs } = total
    return { days: receiptDays, count, ...(count > 0 ? { slowestMs } : {}) }
  }
}

/** In UTC, such as `2026-03-02`. */
const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

const sumOf = (one: Day, other: Day | undefined): Day =>
  other ? { count: one.count + other.count, slowestMs: Math.max(one.slowestMs, other.slowestMs) } : one
