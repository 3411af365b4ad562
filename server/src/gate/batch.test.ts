import { afterEach, expect, test, vi } from 'vitest'
import type { Cell } from '../cells/cells.ts'
import { Batch, type BatchBounds, batchPer } from './batch.ts'

type Load = { keys: readonly string[]; answer(): void; fail(): void }

/** A batch over a store that answers when the test says so, and knows every key but `nobody`. */
const aBatch = (bounds: Partial<BatchBounds> = {}) => {
  const loads: Load[] = []
  const batch = new Batch<string, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const found = keys.map((key) => (key === 'nobody' ? undefined : `${key}'s`))
        loads.push({ keys, answer: () => resolve(found), fail: () => reject(new Error('The store is away')) })
      }),
    bounds,
  )
  return { batch, loads, find: (...keys: string[]) => Promise.allSettled(keys.map((key) => batch.find(key))) }
}

const settled = () => new Promise((done) => setImmediate(done))
const keysOf = (loads: readonly Load[]) => loads.map(({ keys }) => keys)

afterEach(() => void vi.useRealTimers())

test('a look-up that comes alone waits for no other', async () => {
  const { batch, loads } = aBatch()
  const found = batch.find('a')
  await settled()
  expect(keysOf(loads)).toEqual([['a']])
  loads[0]?.answer()
  expect(await found).toBe("a's")
})

test('those that come at once go together, and so do those that come meanwhile, each with its own answer', async () => {
  const { loads, find } = aBatch()
  const first = find('a', 'b')
  await settled()
  const meanwhile = [find('nobody'), find('c', 'd')]
  await settled()
  expect(keysOf(loads)).toEqual([['a', 'b']])
  loads[0]?.answer()
  await settled()
  expect(keysOf(loads)).toEqual([
    ['a', 'b'],
    ['nobody', 'c', 'd'],
  ])
  loads[1]?.answer()
  const found = (await Promise.all([first, ...meanwhile])).flat()
  const values = found.map((one) => one.status === 'fulfilled' && one.value)
  expect(values).toEqual(["a's", "b's", undefined, "c's", "d's"])
})

test('nothing joins a load that has begun, not even for the same key', async () => {
  const { batch, loads } = aBatch()
  const early = batch.find('a')
  await settled()
  const late = batch.find('a')
  loads[0]?.answer()
  expect(await early).toBe("a's")
  await settled()
  expect(keysOf(loads)).toEqual([['a'], ['a']])
  loads[1]?.answer()
  expect(await late).toBe("a's")
})

test('a load is never larger than it may be, and the rest follows in the order of asking', async () => {
  const { loads, find } = aBatch({ sizeMax: 2 })
  const found = find('a', 'b', 'c', 'd', 'e', 'f')
  for (let n = 0; n < 3; n++) {
    await settled()
    loads[n]?.answer()
  }
  expect(keysOf(loads)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'f'],
  ])
  expect((await found).every(({ status }) => status === 'fulfilled')).toBe(true)
})

test('a fault goes to those who wait for that load, and what comes next is asked again', async () => {
  const { loads, find } = aBatch()
  const first = find('a')
  await settled()
  const second = find('b', 'c')
  loads[0]?.fail()
  await settled()
  loads[1]?.answer()
  expect((await first).map(({ status }) => status)).toEqual(['rejected'])
  expect((await second).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
})

test('a load that does not come back keeps others waiting for a moment only', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { loads, find } = aBatch({ patienceMs: 100 })
  const stuck = find('a')
  await settled()
  const others = find('b', 'c')
  await vi.advanceTimersByTimeAsync(99)
  expect(keysOf(loads)).toEqual([['a']])
  await vi.advanceTimersByTimeAsync(1)
  expect(keysOf(loads)).toEqual([['a'], ['b', 'c']])
  // It comes back after all, while the next is on its way: that one still counts.
  loads[0]?.answer()
  await stuck
  const last = find('d')
  await settled()
  expect(loads).toHaveLength(2)
  loads[1]?.answer()
  await others
  await settled()
  loads[2]?.answer()
  expect((await last).map(({ status }) => status)).toEqual(['fulfilled'])
})

test('a cell that does not answer keeps nobody waiting who asks another', async () => {
  const [slow, quick] = [{ id: 'slow' }, { id: 'quick' }] as Cell[] as [Cell, Cell]
  const batchOf = batchPer<Cell, string, string>((cell, keys) =>
    cell === slow ? new Promise(() => {}) : Promise.resolve(keys),
  )
  for (let n = 0; n < 5; n++) void batchOf(slow).find('a')
  expect(await batchOf(quick).find('b')).toBe('b')
  expect(batchOf(quick)).toBe(batchOf(quick))
})
