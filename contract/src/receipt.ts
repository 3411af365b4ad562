import { z } from 'zod'
import { Time } from './common.ts'

/** How far back "how long did the slowest take?" looks. */
export const receiptDays = 30

/** Proof that what was taken away is gone everywhere: each node of the installation has said that it heard of it, or has been silent for
 *  so long that it trusts nothing it remembers. */
export const Receipt = z
  .object({
    /** From when on nothing accepts what was before. */
    effectiveAt: Time,
    /** From the arrival of the request until then, in milliseconds. */
    tookMs: z.number(),
    /** How many nodes confirmed. */
    nodes: z.number(),
    /** How many said nothing and were given up. */
    silentNodes: z.number(),
  })
  .meta({ id: 'Receipt' })

/** What receipts of the last days say together, on this installation. */
export const ReceiptSummary = z.object({
  days: z.number(),
  count: z.number(),
  /** Absent when there was none. */
  slowestMs: z.number().optional(),
})
