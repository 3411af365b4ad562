import type { Profiler } from 'node:inspector'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contendersOf } from './contenders.ts'
import { firstCold, hotKeys } from './keys.ts'
import { burstOf } from './rounds.ts'
import { nodeCount, startStage } from './stage.ts'

type Cost = { name: string; isOurs: boolean; selfMicros: number; totalMicros: number }

const warmUpSeconds = 2
const seconds = 8
const keysSmall = 1000
const keysLarge = 60_000
const linesMax = 40
const nameMax = 100

/** Runs one contender for a while and tells what the time of its first server goes to, by function: its own time, and with all it calls. Throws
 *  when there is no such contender. */
export const profileContender = async (id: string, verbose: boolean): Promise<string> => {
  const contender = contendersOf(keysSmall, keysLarge, nodeCount).find((one) => one.id === id)
  if (!contender) throw new Error(`There is nothing called ${id} to profile.`)
  const stage = await startStage({ keysSmall, keysLarge, verbose }, () => {})
  try {
    const [process] = stage.places[contender.at].processes
    if (!process) throw new Error('Every place has a process')
    const burst = burstOf(stage, contender, seconds, { from: firstCold, count: keysLarge - firstCold })
    // Code is warmed up with keys that are used anyway.
    const who = burst.who?.by === 'keys' ? { ...burst.who, ...hotKeys, once: false } : burst.who
    await stage.generator.measure({ ...burst, seconds: warmUpSeconds, who })
    let requests = 0
    const profile = await process.profile(async () => {
      requests = (await stage.generator.measure(burst)).requests
    })
    return print(contender.title, costsOf(profile), requests)
  } finally {
    await stage.stop()
  }
}

/** Adds up, by function, the time it was on top and the time it was anywhere on the stack, recursion counted once. */
const costsOf = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Cost[] => {
  const selfOf = new Map<number, number>()
  for (const [n, id] of samples.entries()) selfOf.set(id, (selfOf.get(id) ?? 0) + (timeDeltas[n] ?? 0))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const costs = new Map<string, Cost>()
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = byId.get(id)
    if (!node) return 0
    const name = nameOf(node.callFrame)
    const selfMicros = selfOf.get(id) ?? 0
    let totalMicros = selfMicros
    const within = new Set(above).add(name)
    for (const child of node.children ?? []) totalMicros += visit(child, within)
    const cost = costs.get(name) ?? { name, isOurs: isOurs(node.callFrame), selfMicros: 0, totalMicros: 0 }
    cost.selfMicros += selfMicros
    if (!above.has(name)) cost.totalMicros += totalMicros
    costs.set(name, cost)
    return totalMicros
  }
  const [root] = nodes
  if (root) visit(root.id, new Set())
  return [...costs.values()]
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Ours to change: our own code and the packages we chose, unlike what Node and V8 do. */
const isOurs = ({ url }: Profiler.ProfileNode['callFrame']): boolean => url.startsWith('file://')

const nameOf = ({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string => {
  const where = url.startsWith('file://') ? relative(root, fileURLToPath(url)) : url
  const name = `${functionName || '(anonymous)'}${where ? `  ${where}:${lineNumber + 1}` : ''}`
  return name.length > nameMax ? `${name.slice(0, nameMax)}…` : name
}

const print = (title: string, costs: readonly Cost[], requests: number): string => {
  const working = costs.filter(({ name }) => name !== '(idle)')
  const busy = working.reduce((sum, { selfMicros }) => sum + selfMicros, 0)
  const line = (micros: number, name: string) => `${(micros / requests).toFixed(2).padStart(8)}  ${name}`
  const top = (figure: 'selfMicros' | 'totalMicros', all: readonly Cost[]) =>
    all
      .toSorted((a, b) => b[figure] - a[figure])
      .slice(0, linesMax)
      .map((cost) => line(cost[figure], cost.name))
  return [
    `${title}: ${requests} requests, times in microseconds for each`,
    line(busy, 'busy'),
    '',
    'own time',
    ...top('selfMicros', working),
    '',
    'with all it calls, of our code and packages',
    ...top(
      'totalMicros',
      working.filter((cost) => cost.isOurs),
    ),
    '',
  ].join('\n')
}
