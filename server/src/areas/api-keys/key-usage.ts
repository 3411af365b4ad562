import { eq, sql } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import { apiKeys } from './table.ts'

type Usage = { cell: Cell; count: number; lastUsedAt: Date }

/** Counts uses in memory and writes them in batches, so that a request with a key costs no write. A crash loses the last seconds of
 *  a statistic, nothing else. */
export class KeyUsage {
  private pending = new Map<string, Usage>()

  note(cell: Cell, keyId: string, at: Date): void {
    const known = this.pending.get(keyId)
    if (known) {
      known.count++
      known.lastUsedAt = at
    } else this.pending.set(keyId, { cell, count: 1, lastUsedAt: at })
  }

  /** Writes what has gathered, of one cell or of all. What cannot be written now is kept for the next time; a cell that is away
   *  keeps no other waiting. */
  async flush(only?: Cell): Promise<void> {
    const batch = [...this.pending].filter(([, { cell }]) => only === undefined || cell === only)
    for (const [keyId] of batch) this.pending.delete(keyId)
    const byCell = Map.groupBy(batch, ([, { cell }]) => cell)
    const written = await Promise.allSettled([...byCell.values()].map((entries) => this.write(entries)))
    const failed = written.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  private async write(entries: readonly [string, Usage][]): Promise<void> {
    for (const [index, [keyId, { cell, count, lastUsedAt }]] of entries.entries())
      try {
        await cell.db
          .update(apiKeys)
          .set({
            usageCount: sql`${apiKeys.usageCount} + ${count}`,
            lastUsedAt: sql`greatest(${apiKeys.lastUsedAt}, ${lastUsedAt.toISOString()}::timestamptz)`,
          })
          .where(eq(apiKeys.id, keyId))
      } catch (error) {
        this.keep(entries.slice(index))
        throw error
      }
  }

  private keep(entries: readonly [string, Usage][]): void {
    for (const [keyId, usage] of entries) {
      const newer = this.pending.get(keyId)
      if (newer) newer.count += usage.count
      else this.pending.set(keyId, usage)
    }
  }
}
