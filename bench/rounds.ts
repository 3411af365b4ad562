import type { Burst } from './load.ts'
import type { Stage } from './stage.ts'

/** One line of the table: whom the generator asks for what. */
export type Contender = {
  id: string
  title: string
  at: 'small' | 'large' | 'plain'
  path: string
  keys: Burst['keys']
}

/** Keys below this number are used again and again; those from here on are new to a server that is asked for them. */
export const firstCold = 1000
const hot = (count: number): Burst['keys'] => ({ from: 1, count, once: false })

/** What is measured in each round, in this order. */
export const contendersOf = (keysSmall: number, keysLarge: number): Contender[] => {
  const small = keysSmall.toLocaleString('en')
  const large = keysLarge.toLocaleString('en')
  const open = '/api/bench/open'
  const keyed = '/api/bench/key'
  return [
    { id: 'open', title: 'Gatehouse, no key', at: 'small', path: open, keys: null },
    { id: 'key', title: 'Gatehouse, one hot key', at: 'small', path: keyed, keys: hot(1) },
    { id: 'keys', title: `Gatehouse, 100 hot keys of ${small}`, at: 'small', path: keyed, keys: hot(100) },
    {
      id: 'keysOfLarge',
      title: `Gatehouse, 100 hot keys of ${large}`,
      at: 'large',
      path: keyed,
      keys: hot(100),
    },
    {
      id: 'cold',
      title: 'Gatehouse, each key for the first time',
      at: 'large',
      path: keyed,
      keys: { from: firstCold, count: 0, once: true },
    },
    {
      id: 'settings',
      title: 'Gatehouse, GET /api/settings, 100 hot keys',
      at: 'small',
      path: '/api/settings',
      keys: hot(100),
    },
    { id: 'plain', title: 'plain Fastify, no key', at: 'plain', path: '/open', keys: null },
    {
      id: 'select',
      title: `plain Fastify, one SELECT, 100 keys of ${small}`,
      at: 'plain',
      path: '/select-small',
      keys: hot(100),
    },
    {
      id: 'selectOfLarge',
      title: `plain Fastify, one SELECT, 100 keys of ${large}`,
      at: 'plain',
      path: '/select-large',
      keys: hot(100),
    },
  ]
}

export type Sample = {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  /** CPU time of the process that answers; Postgres not included. */
  cpuMicrosPerRequest: number
  generatorShare: number
}

export type RoundOptions = { rounds: number; seconds: number; warmUpSeconds: number; keysLarge: number }

export const connections = 50

/** Measures the contenders in turn, several rounds of it, so that what else happens on the machine meets all of them. Throws when
 *  anything but 200 was answered. */
export const runRounds = async (
  stage: Stage,
  contenders: readonly Contender[],
  { rounds, seconds, warmUpSeconds, keysLarge }: RoundOptions,
  tell: (sentence: string) => void,
): Promise<Map<string, Sample[]>> => {
  // Each turn takes its own share of the keys that nobody has used.
  const share = Math.floor((keysLarge - firstCold) / (rounds + 1))
  const keysOf = ({ keys }: Contender, turn: number): Burst['keys'] =>
    keys?.once ? { from: firstCold + turn * share, count: share, once: true } : keys
  const samples = new Map<string, Sample[]>(contenders.map(({ id }) => [id, []]))
  for (let turn = 0; turn <= rounds; turn++) {
    tell(turn === 0 ? 'warming up' : `round ${turn} of ${rounds}`)
    for (const contender of contenders) {
      const burst = {
        port: stage[contender.at].port,
        path: contender.path,
        connections,
        seconds: turn === 0 ? warmUpSeconds : seconds,
        keys: keysOf(contender, turn),
      }
      const sample = await takeSample(stage, contender, burst)
      if (turn > 0) samples.get(contender.id)?.push(sample)
    }
  }
  return samples
}

const takeSample = async (stage: Stage, { at, title }: Contender, burst: Burst): Promise<Sample> => {
  const before = await stage[at].cpuMicros()
  const { requests, seconds, statuses, ...measured } = await stage.generator.measure(burst)
  const cpuMicros = (await stage[at].cpuMicros()) - before
  if (statuses['200'] !== requests || requests === 0)
    throw new Error(`${title}: not all was answered with 200, but ${JSON.stringify(statuses)}`)
  return {
    ...measured,
    requestsPerSecond: requests / seconds,
    cpuMicrosPerRequest: cpuMicros / requests,
  }
}
