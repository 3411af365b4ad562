import { afterAll, beforeAll, test } from 'vitest'
import type { TestHouse } from '../test-house.ts'
import { dieBeforeEveryStatement, startMortalHouse } from './deaths.ts'
import {
  checkEmpty,
  checkMove,
  expectNoStrayFiles,
  lookAtPurges,
  prepareEmpty,
  preparePurge,
  prepareRestore,
  prepareTrash,
} from './trash.ts'

/* The same as in crash.test.ts, for the trash: each process is killed before every statement of each command and of the purge. */

let house: TestHouse
let deaths: Awaited<ReturnType<typeof dieOfEverything>>

const dieOfEverything = () =>
  dieBeforeEveryStatement(house, {
    trash: () => prepareTrash(house),
    restore: () => prepareRestore(house),
    empty: () => prepareEmpty(house),
    purge: () => preparePurge(house),
  })

beforeAll(async () => {
  house = await startMortalHouse()
  deaths = await dieOfEverything()
}, 300_000)
afterAll(() => house.stop())

test('trashing killed before any statement leaves a project with all its models here, or all of them there', () =>
  checkMove(house, deaths.trash, 'trashed'))

test('restoring killed before any statement leaves a project with all its models there, or all of them back', () =>
  checkMove(house, deaths.restore, 'restored'))

test('a purge killed before any statement has counted what it took away, and left no file without its row', () =>
  lookAtPurges(house, [...deaths.purge, ...deaths.empty]))

test('emptying killed before any statement leaves the trash as it was, or nothing of it', async () => {
  await house.runJobs()
  await checkEmpty(house, deaths.empty)
})

test('a purge killed before any statement does the rest when it runs again', async () => {
  await house.runJobs()
  await checkEmpty(house, deaths.purge, { isJob: true })
  await expectNoStrayFiles(house)
})
