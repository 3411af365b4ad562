import { cpus, totalmem } from 'node:os'
import type { Changes } from './changes.ts'
import type { Contender } from './contenders.ts'
import { type Goal, goalsOf } from './goals.ts'
import type { MemoryUse } from './memory.ts'
import { median } from './numbers.ts'
import { type Ratio, ratiosOf } from './ratios.ts'
import { connections, type Sample } from './rounds.ts'

export type Report = {
  machine: { cores: number; model: string; memoryGiB: number; node: string; postgres: string }
  load: {
    connections: number
    rounds: number
    seconds: number
    keysSmall: number
    keysLarge: number
    nodes: number
  }
  hasRedis: boolean
  contenders: ({ id: string; title: string } & Sample)[]
  ratios: Ratio[]
  changes: Changes
  memory: MemoryUse
  goals: Goal[]
}

type Results = {
  contenders: readonly Contender[]
  samples: ReadonlyMap<string, readonly Sample[]>
  changes: Changes
  memory: MemoryUse
  load: Omit<Report['load'], 'connections'>
  postgres: string
  hasRedis: boolean
}

/** Medians of each contender, medians of the ratios of each round, and what that makes of the goals. */
export const makeReport = ({ contenders, samples, load, postgres, ...more }: Results): Report => {
  const middle = (id: string, figure: keyof Sample) =>
    median((samples.get(id) ?? []).map((sample) => sample[figure]))
  const report = {
    ...more,
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
    ratios: ratiosOf(samples),
  }
  return { ...report, goals: goalsOf(report) }
}

/** The same for people. */
export const printReport = (report: Report): string => {
  const { machine, load, contenders, ratios, changes, memory, goals, hasRedis } = report
  const { cores, model, memoryGiB, node, postgres } = machine
  return [
    `${cores} cores of ${model}, ${memoryGiB} GiB, Node ${node}, Postgres ${postgres}`,
    `${load.connections} connections, medians of ${load.rounds} rounds of ${load.seconds} s, ${load.nodes} nodes ${hasRedis ? 'with' : 'without'} Redis`,
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
      ['changes, one after the other', 'p50 ms', 'p99 ms', 'longest', 'times'],
      (
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
    ),
    '',
    `memory of ${memory.entries.toLocaleString('en')} remembered keys: ${memory.heapBytesPerKey.toFixed(0)} bytes of heap each, ${memory.residentBytesPerKey.toFixed(0)} of the process`,
    '',
    ...table(
      ['goal', 'wanted', 'measured', 'reached'],
      goals.map(({ goal, wanted, measured, isReached }) => [
        goal,
        wanted,
        measured,
        isReached === undefined ? '--huge tells' : isReached ? 'yes' : 'no',
      ]),
    ),
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
