import { cpus, totalmem } from 'node:os'
import type { Changes } from './changes.ts'
import { median } from './numbers.ts'
import { type Contender, connections, type Sample } from './rounds.ts'

/** What is divided by what, each round for itself. */
const ratios = [
  { of: 'key', by: 'open', meaning: 'one hot key against no key, same server' },
  { of: 'keys', by: 'open', meaning: '100 hot keys against no key, same server' },
  { of: 'keysOfLarge', by: 'keys', meaning: '100 hot keys of the large table against the small one' },
  { of: 'cold', by: 'open', meaning: 'each key for the first time against no key' },
  { of: 'settings', by: 'open', meaning: 'a route that asks the database against no key' },
  { of: 'select', by: 'plain', meaning: 'plain Fastify: one SELECT against none' },
  {
    of: 'selectOfLarge',
    by: 'select',
    meaning: 'plain Fastify: SELECT in the large table against the small one',
  },
  { of: 'keys', by: 'select', meaning: 'Gatehouse with 100 hot keys against plain Fastify with one SELECT' },
  { of: 'open', by: 'plain', meaning: 'Gatehouse without a key against plain Fastify' },
] as const

type Ratio = { meaning: string; throughput: number; least: number; most: number; cpu: number }

export type Report = {
  machine: { cores: number; model: string; memoryGiB: number; node: string; postgres: string }
  load: { connections: number; rounds: number; seconds: number; keysSmall: number; keysLarge: number }
  contenders: ({ id: string; title: string } & Sample)[]
  ratios: Ratio[]
  changes: Changes
}

/** Medians of each contender, and medians of the ratios of each round. */
export const makeReport = (
  contenders: readonly Contender[],
  samples: ReadonlyMap<string, readonly Sample[]>,
  changes: Changes,
  load: Omit<Report['load'], 'connections'>,
  postgres: string,
): Report => {
  const of = (id: string): readonly Sample[] => samples.get(id) ?? []
  const middle = (id: string, figure: keyof Sample) => median(of(id).map((sample) => sample[figure]))
  const perRound = (a: string, b: string, figure: keyof Sample) =>
    of(a).map((sample, round) => sample[figure] / (of(b)[round]?.[figure] ?? Number.NaN))
  return {
    machine: {
      cores: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      postgres,
    },
    load: { connections, ...load },
    contenders: contenders.map(({ id, title }) => ({
      id,
      title,
      requestsPerSecond: middle(id, 'requestsPerSecond'),
      p50Ms: middle(id, 'p50Ms'),
      p99Ms: middle(id, 'p99Ms'),
      cpuMicrosPerRequest: middle(id, 'cpuMicrosPerRequest'),
      generatorShare: middle(id, 'generatorShare'),
    })),
    ratios: ratios.map(({ of, by, meaning }) => {
      const throughput = perRound(of, by, 'requestsPerSecond')
      return {
        meaning,
        throughput: median(throughput),
        least: Math.min(...throughput),
        most: Math.max(...throughput),
        cpu: median(perRound(of, by, 'cpuMicrosPerRequest')),
      }
    }),
    changes,
  }
}

/** The same for people. */
export const printReport = ({ machine, load, contenders, ratios, changes }: Report): string => {
  const { cores, model, memoryGiB, node, postgres } = machine
  const { issue, revoke, issuedPerSecond } = changes
  return [
    `${cores} cores of ${model}, ${memoryGiB} GiB, Node ${node}, Postgres ${postgres}`,
    `${load.connections} connections, medians of ${load.rounds} rounds of ${load.seconds} s`,
    '',
    ...table(
      ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'generator'],
      contenders.map(({ title, requestsPerSecond, p50Ms, p99Ms, cpuMicrosPerRequest, generatorShare }) => [
        title,
        requestsPerSecond.toFixed(0),
        p50Ms.toFixed(2),
        p99Ms.toFixed(2),
        cpuMicrosPerRequest.toFixed(0),
        `${(generatorShare * 100).toFixed(0)} %`,
      ]),
    ),
    '',
    ...table(
      ['ratio, by round', 'requests/s', 'least … most', 'CPU'],
      ratios.map(({ meaning, throughput, least, most, cpu }) => [
        meaning,
        throughput.toFixed(2),
        `${least.toFixed(2)} … ${most.toFixed(2)}`,
        cpu.toFixed(2),
      ]),
    ),
    '',
    ...table(
      ['changes, one node', 'p50 ms', 'p99 ms', 'times'],
      [
        [
          'issue a key, one after the other',
          issue.p50Ms.toFixed(1),
          issue.p99Ms.toFixed(1),
          `${issue.count}`,
        ],
        [
          'revoke a key, one after the other',
          revoke.p50Ms.toFixed(1),
          revoke.p99Ms.toFixed(1),
          `${revoke.count}`,
        ],
      ],
    ),
    `keys issued per second, ten at once: ${issuedPerSecond.toFixed(0)}`,
    '',
  ].join('\n')
}

/** Columns as wide as their widest cell; the first is text, the others are numbers. */
const table = (head: string[], rows: string[][]): string[] => {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
