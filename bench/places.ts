import type { Measurable } from './processes.ts'

/** What answers: one process, or several that share the load, and the `Cookie` headers of people who are signed in there. */
export type Place = { processes: readonly Measurable[]; cookies: readonly string[] }

export type PlaceName = 'small' | 'large' | 'cold' | 'nodes' | 'plain' | 'rival' | 'rivalCached'

/** Microseconds of CPU of all its processes, since they began. */
export const cpuMicrosOf = async ({ processes }: Place): Promise<number> => {
  const all = await Promise.all(processes.map((one) => one.cpuMicros()))
  return all.reduce((sum, micros) => sum + micros, 0)
}
