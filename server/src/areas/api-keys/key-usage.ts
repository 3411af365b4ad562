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

  /** Writes what has gathered. What cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    const batch = this.pending
    this.pending = new Map()
    for (const [keyId, usage] of batch) {
      const { cell, count, lastUsedAt } = usage
      try {
        await cell.db
          .update(apiKeys)
          .set({
            usageCount: sql`${apiKeys.usageCount} + ${count}`,
            lastUsedAt: sql`greatest(${apiKeys.lastUsedAt}, ${lastUsedAt.toISOString()}::timestamptz)`,
          })
          .where(eq(apiKeys.id, keyId))
        batch.delete(keyId)
      } catch (error) {
        this.keep(batch)
        throw error
      }
    }
  }

  private keep(batch: Map<string, Usage>): void {
    for (const [keyId, usage] of batch) {
      const newer = this.pending.get(keyId)
      if (newer) newer.count += usage.count
      else this.pending.set(keyId, usage)
    }
  }
}
