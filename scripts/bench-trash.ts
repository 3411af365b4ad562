import { parseArgs } from 'node:util'
import { runTrash } from '../bench/trash.ts'

/* Measures what emptying a trash of 100,000 models with weights costs everybody else (docs/trash-and-storage.md). --quick has a
   twentieth of them, --json prints the figures so. */

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const run = await runTrash(values.quick ? 5000 : 100_000, (sentence) => process.stderr.write(`${sentence}\n`))
if (values.json) process.stdout.write(`${JSON.stringify(run, null, 2)}\n`)
else {
  const { items, askedMs, emptiedSeconds, before, during, left } = run
  const line = (name: string, { p50Ms, p99Ms, worstP99Ms, perSecond }: typeof before) =>
    `${name}: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (worst burst ${worstP99Ms.toFixed(1)} ms), ${Math.round(perSecond)} requests/s\n`
  process.stdout.write(
    `${items.toLocaleString('en')} items: asked in ${askedMs.toFixed(0)} ms, gone in ${emptiedSeconds.toFixed(0)} s, ${left} left\n` +
      line('before', before) +
      line('during', during) +
      `p99 during ÷ before: ${(during.p99Ms / before.p99Ms).toFixed(2)} (goal: at most 2)\n`,
  )
}
