import type { z } from 'zod'
import type { Receipt, ReceiptSummary } from '#contract/receipt.ts'

/** What a receipt says, as one more sentence after what was done: "All 3 servers confirmed it within 8 ms." */
export const receiptSentence = ({ nodes, silentNodes, tookMs }: z.output<typeof Receipt>): string => {
  const within = `within ${inWords(tookMs)}`
  if (silentNodes > 0 && nodes === 0)
    return `In force ${within}, once ${servers(silentNodes)} had been silent for long enough.`
  if (silentNodes > 0)
    return `${servers(nodes)} confirmed it ${within}; ${servers(silentNodes)} said nothing and will ask before trusting anything.`
  return nodes > 1 ? `All ${servers(nodes)} confirmed it ${within}.` : `In force ${within}.`
}

/** How quick revoking was lately, or undefined while nothing was revoked. */
export const slowestSentence = ({
  days,
  count,
  slowestMs,
}: z.output<typeof ReceiptSummary>): string | undefined => {
  if (slowestMs === undefined) return undefined
  const times = count === 1 ? 'the one time' : `the slowest of ${count.toLocaleString('en-US')} times`
  return `What is revoked stops working before you are told so. In the last ${days} days ${times} took ${inWords(slowestMs)} here, until every server had confirmed.`
}

const servers = (count: number): string => (count === 1 ? '1 server' : `${count} servers`)

/** `8 ms`, `1.2 s`. */
const inWords = (ms: number): string =>
  ms < 999.5 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`
