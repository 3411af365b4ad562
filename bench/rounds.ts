import type { Contender } from './contenders.ts'
import { firstCold } from './keys.ts'
import type { Burst, Who } from './load.ts'
import { cpuMicrosOf, type Place } from './places.ts'
import type { Stage } from './stage.ts'

export type Sample = {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  /** CPU time of the processes that answer; Postgres not included. */
  cpuMicrosPerRequest: number
  generatorShare: number
}

export type RoundOptions = { rounds: number; seconds: number; warmUpSeconds: number; keysLarge: number }

export const connections = 50

/** More keys than a burst can use up would only fill the generator's memory. */
const coldPerSecondMax = 40_000

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
  const samples = new Map<string, Sample[]>(contenders.map(({ id }) => [id, []]))
  for (let turn = 0; turn <= rounds; turn++) {
    tell(turn === 0 ? 'warming up' : `round ${turn} of ${rounds}`)
    const unused = { from: firstCold + turn * share, count: Math.min(share, coldPerSecondMax * seconds) }
    for (const contender of contenders) {
      const burst = burstOf(stage, contender, turn === 0 ? warmUpSeconds : seconds, unused)
      const sample = await takeSample(stage, contender, burst)
      if (turn > 0) samples.get(contender.id)?.push(sample)
    }
  }
  return samples
}

/** `unused`: the keys for who brings each only once. */
export const burstOf = (
  { places }: Stage,
  { at, path, body, who }: Contender,
  seconds: number,
  unused: { from: number; count: number },
): Burst => ({
  ports: places[at].processes.map(({ port }) => port),
  path,
  ...(body === undefined ? {} : { body }),
  connections,
  seconds,
  who: whoOf(who, places[at], unused),
})

const whoOf = (who: Contender['who'], { cookies }: Place, unused: { from: number; count: number }): Who => {
  if (who === 'sessions') return { by: 'cookies', cookies }
  return who?.by === 'keys' && who.once ? { ...who, ...unused } : who
}

const takeSample = async (stage: Stage, { at, title }: Contender, burst: Burst): Promise<Sample> => {
  const place = stage.places[at]
  const before = await cpuMicrosOf(place)
  const { requests, seconds, statuses, ...measured } = await stage.generator.measure(burst)
  const cpuMicros = (await cpuMicrosOf(place)) - before
  if (statuses['200'] !== requests || requests === 0)
    throw new Error(`${title}: not all was answered with 200, but ${JSON.stringify(statuses)}`)
  return {
    ...measured,
    requestsPerSecond: requests / seconds,
    cpuMicrosPerRequest: cpuMicros / requests,
  }
}
