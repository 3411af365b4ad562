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
