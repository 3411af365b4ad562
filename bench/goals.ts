import type { Report } from './report.ts'

/** What was aimed at, and what came of it. `isReached` is undefined where a run of this size does not tell. */
export type Goal = {
  goal: string
  wanted: string
  measured: string
  /** The same ratio of CPU time, for what is a ratio: it hardly depends on what else a machine does, but leaves out Postgres. */
  byCpu: string
  isReached: boolean | undefined
}

/** The goal about size speaks of so many keys. */
const keysOfGoal = 10_000_000

/** Every goal of the gate, against what this run measured. Ratios are of requests per second. */
export const goalsOf = (report: Omit<Report, 'goals'>): Goal[] => {
  const { ratios, changes, load, hasRedis } = report
  const nodes = `${load.nodes} nodes`
  const atLeast = (goal: string, of: string, by: string, least: number, times = ''): Goal => {
    const ratio = ratios.find((one) => one.of === of && one.by === by)
    if (!ratio) throw new Error(`Nothing says how ${of} compares to ${by}`)
    const text = (figure: number) => `${figure.toFixed(figure < 10 ? 2 : 1)}${times}`
    return {
      goal,
      wanted: `≥ ${least}${times}`,
      measured: text(ratio.throughput),
      byCpu: text(1 / ratio.cpu),
      isReached: ratio.throughput >= least,
    }
  }
  const within = (goal: string, wantedMs: number, measuredMs: number): Goal => ({
    goal,
    wanted: `≤ ${wantedMs.toLocaleString('en')} ms`,
    measured: `${measuredMs.toFixed(0)} ms`,
    byCpu: '',
    isReached: measuredMs <= wantedMs,
  })
  const flat = atLeast('hot keys of 10 million against hot keys of 1,000', 'keysOfLarge', 'keys', 0.95)
  return [
    atLeast('hot keys against no key, one node', 'keys', 'open', 0.75),
    atLeast(
      `hot keys against no key, ${nodes}${hasRedis ? ' and Redis' : ''}, by leases`,
      'nodesKeys',
      'nodesOpen',
      0.6,
    ),
    atLeast('hot keys against Better Auth as it comes', 'keys', 'rivalKeys', 40, ' ×'),
    atLeast('hot keys against Better Auth, fastest with Postgres', 'keys', 'rivalKeysFastest', 10, ' ×'),
    atLeast('sessions against Better Auth as it comes', 'sessions', 'rivalSessions', 30, ' ×'),
    atLeast(
      'sessions against Better Auth with its cookie cache',
      'sessions',
      'rivalSessionsCached',
      12,
      ' ×',
    ),
    atLeast("sessions against Better Auth's own endpoint", 'sessions', 'rivalEndpoint', 30, ' ×'),
    atLeast('sessions against the same with its cookie cache', 'sessions', 'rivalEndpointCached', 12, ' ×'),
    atLeast('each key for the first time against no key', 'cold', 'open', 0.35),
    load.keysLarge === keysOfGoal
      ? flat
      : {
          ...flat,
          measured: `${flat.measured} with ${load.keysLarge.toLocaleString('en')}`,
          isReached: undefined,
        },
    atLeast('making keys against Better Auth', 'issue', 'rivalIssue', 2, ' ×'),
    within(`revoking, ${nodes}: 99 of 100`, 50, changes.revokeOnNodes.p99Ms),
    within(`revoking, ${nodes} of which one is frozen: the longest`, 1000, changes.revokeWithOneFrozen.maxMs),
  ]
}
