import { median } from './numbers.ts'
import type { Sample } from './rounds.ts'

/** What is divided by what, each round for itself. */
const wanted = [
  { of: 'key', by: 'open', meaning: 'one hot key against no key, same server' },
  { of: 'keys', by: 'open', meaning: '100 hot keys against no key, same server' },
  { of: 'keysOfLarge', by: 'keys', meaning: '100 hot keys of the large table against the small one' },
  { of: 'cold', by: 'open', meaning: 'each key for the first time against no key' },
  { of: 'sessions', by: 'open', meaning: '100 hot sessions against no session, same server' },
  { of: 'settings', by: 'open', meaning: 'a route that asks the database against no key' },
  { of: 'nodesKeys', by: 'nodesOpen', meaning: '100 hot keys against no key, several nodes' },
  { of: 'select', by: 'plain', meaning: 'plain Fastify: one SELECT against none' },
  {
    of: 'selectOfLarge',
    by: 'select',
    meaning: 'plain Fastify: SELECT in the large table against the small one',
  },
  { of: 'keys', by: 'select', meaning: '100 hot keys against plain Fastify with one SELECT' },
  { of: 'open', by: 'plain', meaning: 'no key against plain Fastify' },
  { of: 'keys', by: 'rivalKeys', meaning: '100 hot keys against Better Auth as it comes' },
  { of: 'keys', by: 'rivalKeysFastest', meaning: '100 hot keys against Better Auth, fastest with Postgres' },
  { of: 'keys', by: 'rivalKeysInMemory', meaning: '100 hot keys against Better Auth, in memory only' },
  { of: 'sessions', by: 'rivalSessions', meaning: '100 hot sessions against Better Auth as it comes' },
  {
    of: 'sessions',
    by: 'rivalSessionsCached',
    meaning: '100 hot sessions against Better Auth, cookie cache',
  },
  { of: 'sessions', by: 'rivalEndpoint', meaning: "100 hot sessions against Better Auth's own endpoint" },
  { of: 'sessions', by: 'rivalEndpointCached', meaning: '100 hot sessions against the same, cookie cache' },
  { of: 'issue', by: 'rivalIssue', meaning: 'making keys against Better Auth' },
] as const

/** Medians over the rounds of requests per second and of CPU per request; `least` and `most` of requests per second. */
export type Ratio = {
  of: string
  by: string
  meaning: string
  throughput: number
  least: number
  most: number
  cpu: number
}

export const ratiosOf = (samples: ReadonlyMap<string, readonly Sample[]>): Ratio[] => {
  const perRound = (of: string, by: string, figure: keyof Sample) =>
    (samples.get(of) ?? []).map(
      (sample, round) => sample[figure] / (samples.get(by)?.[round]?.[figure] ?? Number.NaN),
    )
  return wanted.map((one) => {
    const throughput = perRound(one.of, one.by, 'requestsPerSecond')
    return {
      ...one,
      throughput: median(throughput),
      least: Math.min(...throughput),
      most: Math.max(...throughput),
      cpu: median(perRound(one.of, one.by, 'cpuMicrosPerRequest')),
    }
  })
}
