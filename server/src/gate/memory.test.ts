import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Scenario, schedulesOf, walk } from '../../test/memory-model.ts'
import { type Bounds, type Loaded, Memory } from './memory.ts'

const calm: Scenario = {
  requests: 0,
  changes: 0,
  losses: 0,
  silences: 0,
  pauses: 0,
  startsTrusted: true,
}

/** Each with how many schedules it has at least: with fewer, something is no longer tried. */
const scenarios: [name: string, scenario: Scenario, least: number][] = [
  ['five requests, a change', { ...calm, requests: 5, changes: 1 }, 15_000],
  ['two requests, two changes', { ...calm, requests: 2, changes: 2 }, 25_000],
  ['two requests, a change, a connection lost', { ...calm, requests: 2, changes: 1, losses: 1 }, 14_000],
  ['two requests, a change, a node frozen', { ...calm, requests: 2, changes: 1, silences: 1 }, 44_000],
  ['a request, two changes, a connection lost', { ...calm, requests: 1, changes: 2, losses: 1 }, 13_000],
  ['a request, two changes, a node frozen', { ...calm, requests: 1, changes: 2, silences: 1 }, 75_000],
  [
    'three requests, a change, a new node',
    { ...calm, requests: 3, changes: 1, startsTrusted: false },
    200_000,
  ],
]

describe('whoever asks after a change has answered never gets what was before', () => {
  for (const [name, scenario, least] of scenarios)
    test(`${name}: in all of more than ${least} schedules`, { timeout: 120_000 }, async () => {
      let schedules = 0
      for await (const problem of schedulesOf(scenario)) {
        schedules++
        if (problem) expect.fail(problem)
      }
      expect(schedules).toBeGreaterThan(least)
    })

  test('in 4000 long ones by chance: a dozen requests, losses and freezes between the changes', async () => {
    const scenario = { requests: 12, changes: 5, losses: 3, silences: 3, pauses: 2, startsTrusted: false }
    const picks = fc.array(fc.nat(10_000), { minLength: 30, maxLength: 120 })
    const property = fc.asyncProperty(picks, async (chosen) => {
      const { problem } = await walk(scenario, (step, among) => (chosen[step] ?? -1) % among)
      if (problem) throw new Error(problem)
    })
    await fc.assert(property, { seed: 20_260_302, numRuns: 4000 })
  })
})

type Options = { bounds?: Partial<Bounds>; reloadAt?: Date }

/** A memory of a node that hears everything, over a store that knows every name but `nobody…`. */
const aMemory = ({ bounds = {}, reloadAt }: Options = {}) => {
  const state = { nowMs: 1000, since: 0, loads: 0 }
  const memory = new Memory<string>(
    () => ({ since: state.since }),
    () => state.since,
    () => state.nowMs,
    bounds,
  )
  const load = async (name: string): Promise<Loaded<string> | undefined> => {
    state.loads++
    if (name.startsWith('nobody')) return undefined
    return { value: `${name}'s`, cellId: 'us-1', subjects: [`key ${name}`], reloadAt: reloadAt ?? null }
  }
  const find = (name: string, at = new Date(0)) => memory.find(name, at, () => load(name))
  /** How many of these names had to be loaded. */
  const loadsFor = async (names: readonly string[]): Promise<number> => {
    const before = state.loads
    for (const name of names) await find(name)
    return state.loads - before
  }
  return { memory, state, find, loadsFor }
}

const names = (count: number, prefix = 'key') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

test('fifty who ask at the same moment wait for one load, and whoever comes later for none', async () => {
  const { state, find } = aMemory()
  expect(new Set(await Promise.all(names(50).map(async () => find('a'))))).toEqual(new Set(["a's"]))
  expect(find('a')).toBe("a's")
  expect(state.loads).toBe(1)
})

test('nobody joins a load across a change, whatever changed', async () => {
  const { memory, state, find } = aMemory()
  const early = find('a')
  memory.change('key something-else')
  const late = find('a')
  expect([await early, await late, state.loads]).toEqual(["a's", "a's", 2])
})

test('nobody joins a load from before somebody else was answered, though nothing changed that was known', async () => {
  const { memory, state, find } = aMemory()
  const early = find('a')
  memory.part()
  const late = find('a')
  expect([await early, await late, state.loads]).toEqual(["a's", "a's", 2])
})

test('nobody joins a load that began before the node heard everything', async () => {
  const { state, find } = aMemory()
  const early = find('a')
  state.since = ++state.nowMs
  const late = find('a')
  expect([await early, await late, state.loads]).toEqual(["a's", "a's", 2])
})

test('a fault goes to everybody who waits for it and is remembered by nobody', async () => {
  const { memory, loadsFor } = aMemory()
  const away = () => Promise.reject(new Error('The store is away'))
  const asked = await Promise.allSettled(names(5).map(async () => memory.find('a', new Date(0), away)))
  expect(asked.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  const broken = () => {
    throw new Error('The store is broken')
  }
  await expect(memory.find('a', new Date(0), broken)).rejects.toThrow('broken')
  expect(await loadsFor(['a', 'a'])).toBe(1)
})

test('a change makes everything that depends on it be asked again, and nothing else', async () => {
  const { memory, loadsFor } = aMemory()
  await loadsFor(['a', 'b'])
  memory.change('key a')
  expect([await loadsFor(['b']), await loadsFor(['a']), await loadsFor(['a'])]).toEqual([0, 1, 0])
})

test('what does not exist is remembered for five seconds', async () => {
  const { state, loadsFor } = aMemory()
  expect(await loadsFor(['nobody', 'nobody'])).toBe(1)
  state.nowMs += 4999
  expect(await loadsFor(['nobody'])).toBe(0)
  state.nowMs += 1
  expect(await loadsFor(['nobody'])).toBe(1)
})

test('what may begin to exist unheard is not remembered as unknown', async () => {
  const { loadsFor } = aMemory({ bounds: { unknownMs: 0 } })
  expect(await loadsFor(['nobody', 'nobody'])).toBe(2)
})

test('what is true until a moment is asked again from that moment on', async () => {
  const { state, find } = aMemory({ reloadAt: new Date(5000) })
  await find('a')
  expect(find('a', new Date(4999))).toBe("a's")
  await find('a', new Date(5000))
  await find('a', new Date(5001))
  expect(state.loads).toBe(3)
})

test('it holds no more than its bound, and the eldest gives way', async () => {
  const { memory, loadsFor } = aMemory({ bounds: { entriesMax: 10 } })
  await loadsFor(names(200))
  expect(memory.counts.size).toBe(10)
  expect(await loadsFor(names(200).slice(-10))).toBe(0)
  expect(await loadsFor(['key-0'])).toBe(1)
  expect(memory.counts.size).toBe(10)
})

test('names that somebody makes up push out one another, and no key', async () => {
  const { loadsFor } = aMemory({ bounds: { unknownMax: 10 } })
  const made = names(500, 'nobody')
  await loadsFor(['a'])
  expect(await loadsFor(made)).toBe(500)
  expect(await loadsFor(made.slice(-10))).toBe(0)
  expect(await loadsFor(made.slice(0, 1))).toBe(1)
  expect(await loadsFor(['a'])).toBe(0)
})

test('more changes than it can keep apart make it forget everything, also what is being loaded', async () => {
  const { memory, find, loadsFor } = aMemory({ bounds: { changesMax: 100 } })
  await loadsFor(['a'])
  const underWay = find('b')
  // The change that matters is among those it no longer keeps apart.
  for (const subject of ['key a', 'key b', ...names(99)]) memory.change(subject)
  expect(await underWay).toBe("b's")
  expect(memory.counts.size).toBe(0)
  expect(await loadsFor(['a', 'b'])).toBe(2)
  expect(await loadsFor(['a', 'b'])).toBe(0)
})
