import { parseArgs } from 'node:util'
import { runActivity } from '../bench/activity/run.ts'

/* Measures the feed: pages, searches and appending, in a cell with a million events of one workspace. --full has ten million in the cell,
   --quick a tenth of one. --json prints the figures so. */

const { values } = parseArgs({
  options: { full: { type: 'boolean' }, quick: { type: 'boolean' }, json: { type: 'boolean' } },
})
const hot = values.quick ? 100_000 : 1_000_000
const sizes = { hot, cell: values.full ? 10 * hot : hot }
const run = await runActivity(sizes, (sentence) => process.stderr.write(`${sentence}\n`))
if (values.json) process.stdout.write(`${JSON.stringify(run, null, 2)}\n`)
else {
  const lines = run.stale.map(({ what, goalMs, p50Ms, p99Ms, cpuMs, events }, n) => {
    const fresh = run.fresh[n]
    const worst = Math.max(p99Ms, fresh?.p99Ms ?? 0)
    return [
      what,
      events,
      ms(p50Ms),
      ms(p99Ms),
      ms(cpuMs),
      ms(fresh?.p50Ms),
      ms(fresh?.p99Ms),
      ms(fresh?.cpuMs),
      `${goalMs} ms`,
      (worst / goalMs).toFixed(2),
    ]
  })
  const head = ['', 'events', 'stale p50', 'p99', 'cpu', 'fresh p50', 'p99', 'cpu', 'goal p99', 'of the goal']
  process.stdout.write(`${table([head, ...lines])}\n`)
  process.stdout.write(`a query that asks nothing: ${run.roundTripMs.toFixed(2)} ms\n`)
  for (const { batch, writers, perSecond } of run.appends)
    process.stdout.write(
      `appended by ${writers} writers, ${batch} in a transaction: ${Math.round(perSecond).toLocaleString('en')} events/s, ${(perSecond / 5000).toFixed(1)} times the goal\n`,
    )
}

function ms(value = 0): string {
  return value.toFixed(1)
}

function table(rows: unknown[][]): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => String(row[n]).length)))
  return rows
    .map((row) =>
      row
        .map((cell, n) => (n ? String(cell).padStart(widths[n] ?? 0) : String(cell).padEnd(widths[n] ?? 0)))
        .join('  '),
    )
    .join('\n')
}
