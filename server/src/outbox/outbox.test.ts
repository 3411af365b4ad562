import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { addJob, type Jobs, runDueJobs } from './outbox.ts'
import { Schedules } from './schedules.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const cell = () => house.cells.get('us-1')
const run = (jobs: Jobs) => runDueJobs([cell().pool], jobs, house.log)

test('a job runs when its transaction commits, and never when it rolls back', async () => {
  const ran: string[] = []
  const jobs: Jobs = { note: async ({ what = '' }) => void ran.push(what) }
  await cell().db.transaction((tx) => addJob(tx, 'note', { what: 'committed' }))
  await cell()
    .db.transaction(async (tx) => {
      await addJob(tx, 'note', { what: 'rolled back' })
      throw new Error('changed my mind')
    })
    .catch(() => {})
  await run(jobs)
  await run(jobs)
  expect(ran).toEqual(['committed'])
})

test('one job that fails keeps no other from running, and its text keeps the fault to itself', async () => {
  const ran: string[] = []
  const jobs: Jobs = {
    fails: async () => {
      throw new TypeError('could not reach someone@personal.example')
    },
    works: async () => void ran.push('worked'),
  }
  for (const name of ['fails', 'works']) await cell().db.transaction((tx) => addJob(tx, name, {}))
  await run(jobs)
  expect(ran).toEqual(['worked'])
  const { rows } = await cell().pool.query('select attempts, last_error from graphile_worker.jobs')
  expect(rows).toEqual([{ attempts: 1, last_error: '"TypeError"' }])
  expect(house.logged()).toContain('"job":"fails"')
  expect(house.logged()).not.toContain('someone@')
})

test('a schedule that fails is logged and keeps no other waiting', async () => {
  const ran: string[] = []
  const schedules = new Schedules(
    [
      { name: 'breaks', everySeconds: 60, run: () => Promise.reject(new Error('someone@personal.example')) },
      { name: 'goes-on', everySeconds: 60, run: async (at) => void ran.push(at.toISOString()) },
    ],
    house.clock,
    house.log,
  )
  await schedules.runAll()
  await schedules.stop()
  expect(ran).toEqual([house.clock.now().toISOString()])
  expect(house.logged()).toContain('"schedule":"breaks"')
  expect(house.logged()).not.toContain('someone@')
})

test('a schedule is never at work twice, however many ask, and each who asks gets a turn that began after', async () => {
  let running = 0
  let most = 0
  let turns = 0
  const slow = async () => {
    turns++
    most = Math.max(most, ++running)
    await new Promise((done) => setImmediate(done))
    running--
  }
  const schedules = new Schedules([{ name: 'slow', everySeconds: 60, run: slow }], house.clock, house.log)
  const first = schedules.runAll()
  await Promise.resolve()
  await Promise.all([schedules.runAll(), schedules.runAll(), first])
  expect([most, turns]).toEqual([1, 2])
})

test('a schedule that takes long holds up no other', async () => {
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  let ran = 0
  const schedules = new Schedules(
    [
      { name: 'long', everySeconds: 0.01, run: () => held },
      { name: 'short', everySeconds: 0.01, run: async () => void ran++ },
    ],
    house.clock,
    house.log,
  )
  schedules.start()
  await expect.poll(() => ran).toBeGreaterThan(2)
  release()
  await schedules.stop()
})
