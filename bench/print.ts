import type { Report } from './report.ts'

/** A table's head and rows; the first column is text, the others are numbers. */
type Table = { head: string[]; rows: string[][] }

/** A report for people, or as Markdown for docs/performance.md. */
export const printReport = (report: Report, as: 'text' | 'markdown'): string => {
  const { machine, load, memory, hasRedis } = report
  const { cores, model, memoryGiB, node, postgres } = machine
  const { entries, heapBytesPerKey, residentBytesPerKey } = memory
  const print = ({ head, rows }: Table) => [
    ...(as === 'text' ? inColumns([head, ...rows]) : inMarkdown(head, rows)),
    '',
  ]
  return [
    `${cores} cores of ${model}, ${memoryGiB} GiB, Node ${node}, Postgres ${postgres}`,
    `${load.connections} connections, medians of ${load.rounds} rounds of ${load.seconds} s, ${load.nodes} nodes ${hasRedis ? 'with' : 'without'} Redis`,
    '',
    ...print(linesOf(report)),
    ...print(ratiosOf(report)),
    ...print(changesOf(report)),
    `Memory of ${entries.toLocaleString('en')} remembered keys: ${heapBytesPerKey.toFixed(0)} bytes of heap each, ${residentBytesPerKey.toFixed(0)} of the process.`,
    '',
    ...print(goalsOf(report)),
  ].join('\n')
}

const linesOf = ({ contenders }: Report): Table => ({
  head: ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'generator'],
  rows: contenders.map(({ title, requestsPerSecond, p50Ms, p99Ms, cpuMicrosPerRequest, generatorShare }) => [
    title,
    Math.round(requestsPerSecond).toLocaleString('en'),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    cpuMicrosPerRequest.toFixed(0),
    `${(generatorShare * 100).toFixed(0)} %`,
  ]),
})

const ratiosOf = ({ ratios }: Report): Table => ({
  head: ['ratio, by round', 'requests/s', 'least … most', 'CPU'],
  rows: ratios.map(({ meaning, throughput, least, most, cpu }) => [
    meaning,
    throughput.toFixed(2),
    `${least.toFixed(2)} … ${most.toFixed(2)}`,
    cpu.toFixed(2),
  ]),
})

const changesOf = ({ changes, load }: Report): Table => ({
  head: ['changes, one after the other', 'p50 ms', 'p99 ms', 'longest', 'times'],
  rows: (
    [
      ['making a key, one node', changes.issue],
      ['revoking, one node', changes.revoke],
      [`revoking, ${load.nodes} nodes`, changes.revokeOnNodes],
      [`revoking, ${load.nodes} nodes of which one is frozen`, changes.revokeWithOneFrozen],
    ] as const
  ).map(([what, { p50Ms, p99Ms, maxMs, count }]) => [
    what,
    ...[p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(1)),
    `${count}`,
  ]),
})

const goalsOf = ({ goals }: Report): Table => ({
  head: ['goal', 'wanted', 'measured', 'by CPU', 'reached'],
  rows: goals.map(({ goal, wanted, measured, byCpu, isReached }) => [
    goal,
    wanted,
    measured,
    byCpu,
    isReached === undefined ? '--huge tells' : isReached ? 'yes' : 'no',
  ]),
})

const inMarkdown = (head: string[], rows: string[][]): string[] =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  )

/** As wide as their widest cell. */
const inColumns = (lines: string[][]): string[] => {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
