import { useQueries } from '@tanstack/react-query'
import type { Region } from '#contract/common.ts'

/** What is known about the way to a region. `ms` is a whole number of at least 1. */
export type Latency = { state: 'measuring' } | { state: 'measured'; ms: number } | { state: 'unknown' }

/** The first request also opens the connection and is not counted. */
const countedRounds = 3
const roundMsMax = 4000

let lastTurn: Promise<unknown> = Promise.resolve()

/** Does `work` when all work before it is done. Measured side by side, regions slow one another down, the later ones more. */
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const turn = lastTurn.then(work)
  lastTurn = turn.catch(() => undefined)
  return turn
}

/** Milliseconds until `address` answers: the median of a few requests after a first one. Rejects when it does not. */
const measureLatency = async (address: string, signal: AbortSignal): Promise<number> => {
  const elsewhere = new URL(address, location.href).origin !== location.origin
  const times: number[] = []
  for (let round = 0; round <= countedRounds; round += 1) {
    const start = performance.now()
    const response = await fetch(address, {
      cache: 'no-store',
      // How long another origin takes shows without being allowed to read what it says.
      ...(elsewhere && { mode: 'no-cors', credentials: 'omit' }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(roundMsMax)]),
    })
    if (!elsewhere && !response.ok) throw new Error(`${address} answered ${response.status}`)
    if (round > 0) times.push(performance.now() - start)
  }
  return Math.max(1, Math.round(median(times)))
}

/** The middle one of an odd number of `values`. */
export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Measures the way to each of `regions` once per visit. */
export const useLatencies = (
  regions: Region[],
  pings: Partial<Record<Region, string>>,
): Partial<Record<Region, Latency>> => {
  const answers = useQueries({
    queries: regions.map((region) => ({
      queryKey: ['region-latency', region],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        inTurn(() => measureLatency(pings[region] ?? '', signal)),
      enabled: pings[region] !== undefined,
      retry: false,
      refetchOnWindowFocus: false,
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  return Object.fromEntries(
    regions.map((region, index): [Region, Latency] => {
      const { data, isFetching } = answers[index]!
      if (data !== undefined) return [region, { state: 'measured', ms: data }]
      return [region, isFetching ? { state: 'measuring' } : { state: 'unknown' }]
    }),
  )
}

/** Less than this apart, regions are equally near: what is measured then is chance, or one machine that holds them all. */
const equalMs = 10

/** The region to recommend, once nothing is being measured any more: the one that answers soonest. Of those equally near it is the one
 *  meant for people of `timeZone` (an IANA name). */
export const recommendedOf = (
  latencies: Partial<Record<Region, Latency>>,
  timeZone: string,
): Region | undefined => {
  const entries = Object.entries(latencies) as [Region, Latency][]
  if (entries.some(([, { state }]) => state === 'measuring')) return undefined
  const measured = entries
    .flatMap(([region, latency]) => (latency.state === 'measured' ? [{ region, ms: latency.ms }] : []))
    .toSorted((a, b) => a.ms - b.ms)
  const [soonest] = measured
  if (!soonest) return undefined
  const near = measured.filter(({ ms }) => ms - soonest.ms < equalMs).map(({ region }) => region)
  const own = regionOf(timeZone)
  return own !== undefined && near.includes(own) ? own : soonest.region
}

/** Whom a region is suggested for (SPEC 1.4), told by the first word of their time zone. */
const regionOf = (timeZone: string): Region | undefined => {
  const [area = ''] = timeZone.split('/')
  if (area === 'America') return 'us'
  if (area === 'Europe' || area === 'Africa' || area === 'Atlantic' || area === 'Arctic') return 'eu'
  if (area === 'Asia' || area === 'Australia' || area === 'Pacific' || area === 'Indian') return 'ap'
  return undefined
}
