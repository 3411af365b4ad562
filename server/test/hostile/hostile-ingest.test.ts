import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runConsoleChunks, runEpochs, trainingRuns } from '../../src/areas/training/table.ts'
import { aKey, aPerson, aRun, type KeyHolder, sendEvent } from '../people.ts'
import { startTestHouse, type TestHouse } from '../test-house.ts'
import { expectNothingStored, expectRefused, nameOf, sendJson, withField } from './refused.ts'
import { hostileRoutes, unknownFields } from './routes.ts'
import { RawJson } from './values.ts'

/* What an ingest route takes although another route would not (SPEC 0.2, 16.1): clients of other versions send more and less. */

let house: TestHouse
let key: KeyHolder
let run: { modelId: string; runId: string }

beforeAll(async () => {
  house = await startTestHouse()
  key = await aKey(house, await aPerson(house))
  run = await aRun(key)
})
afterAll(() => house.stop())

const lenient = hostileRoutes.filter(({ mayBeEmpty }) => mayBeEmpty)

describe.each(lenient.map((row) => [nameOf(row), row] as const))('%s', (_name, row) => {
  test('takes every optional field missing, null and empty', async () => {
    for (const [field, empty] of Object.entries(row.mayBeEmpty ?? {}))
      for (const value of [undefined, null, empty]) {
        const base = await row.base(house)
        const answer = await sendJson(row, base, withField(base.body, field, value))
        expect(answer.statusCode, `${field} as ${JSON.stringify(value)}: ${answer.body}`).toBe(200)
      }
  })

  test('drops unknown fields', async () => {
    const places = [
      '',
      ...Object.keys(row.mayBeEmpty ?? {}).filter((field) => /^data(\.results)?$/.test(field)),
    ]
    for (const place of places)
      for (const name of ['unknownField', 'constructor', 'toString', 'hasOwnProperty']) {
        const base = await row.base(house)
        const path = place ? `${place}.${name}` : name
        const answer = await sendJson(row, base, withField(base.body, path, unknownFields))
        expect(answer.statusCode, `${path}: ${answer.body}`).toBe(200)
      }
  })
})

test('every field that is not the event itself may be empty, or has a reason why not', () => {
  for (const row of lenient) {
    const fields = Object.keys(row.fields.body ?? {}).filter((field) => !/^event$|\[\]$|\{\}$/.test(field))
    expect(Object.keys(row.mayBeEmpty ?? {}), nameOf(row)).toEqual(expect.arrayContaining(fields))
  }
})

test('an event that nobody knows is refused', async () => {
  await expectNothingStored(house, async () => {
    for (const event of [
      'training_stopped',
      '',
      'TRAINING_STARTED',
      '__proto__',
      'constructor',
      null,
      5,
      ['epoch_end'],
    ])
      expectRefused(
        await key.call('POST', '/api/webhooks/training/metrics', { ...run, event, data: {} }),
        400,
      )
    expectRefused(await key.call('POST', '/api/webhooks/training/metrics', { ...run, data: {} }), 400)
  })
})

test('an event about nothing, or about what is not there, is refused', async () => {
  await expectNothingStored(house, async () => {
    for (const event of ['epoch_end', 'console_output', 'checkpoint_saved', 'training_complete'])
      for (const identity of [
        {},
        { modelId: 'f'.repeat(24) },
        { modelId: '__proto__' },
        { project: 'nowhere' },
        { project: 'first-project', name: 'nothing' },
        { modelId: '', project: '   ', name: '' },
      ])
        expectRefused(await sendEvent(key, event, identity), 404)
    expectRefused(await sendEvent(key, 'training_started', {}), 400)
    expectRefused(await sendEvent(key, 'training_started', { modelId: 'f'.repeat(24) }), 404)
  })
})

test('a console piece over 64 KB is cut at a whole character, not refused', async () => {
  const content = `x${'\u{1f600}'.repeat(100_000)}`
  const answer = await sendEvent(key, 'console_output', { ...run, data: { chunkId: 900, content } })
  expect(answer.statusCode).toBe(200)
  const [row] = await house.cells
    .get('us-1')
    .db.select({ content: runConsoleChunks.content })
    .from(runConsoleChunks)
    .where(eq(runConsoleChunks.chunkId, 900))
  expect(Buffer.byteLength(row?.content ?? '')).toBeLessThanOrEqual(64 * 1024)
  expect(Buffer.byteLength(row?.content ?? '')).toBeGreaterThan(64 * 1024 - 4)
  expect(content.startsWith(row?.content ?? 'nothing')).toBe(true)
})

test('a console piece without a number goes behind the last one', async () => {
  const other = await aRun(key, { project: 'numbers' })
  for (const chunkId of ['', null, undefined, '7', 9])
    await sendEvent(key, 'console_output', {
      modelId: other.modelId,
      data: { chunkId, content: `piece ${chunkId}` },
    })
  const rows = await house.cells
    .get('us-1')
    .db.select({ chunkId: runConsoleChunks.chunkId, content: runConsoleChunks.content })
    .from(runConsoleChunks)
    .where(eq(runConsoleChunks.runId, other.runId))
    .orderBy(runConsoleChunks.chunkId)
  expect(rows).toEqual([
    { chunkId: 0, content: 'piece ' },
    { chunkId: 1, content: 'piece null' },
    { chunkId: 2, content: 'piece undefined' },
    { chunkId: 7, content: 'piece 7' },
    { chunkId: 9, content: 'piece 9' },
  ])
})

test('numbers at the edges are kept as they are', async () => {
  const edges = {
    big: 1.7976931348623157e308,
    small: 5e-324,
    exact: 2 ** 53,
    beyond: 2 ** 53 + 2,
    minus: -0.5,
  }
  const data = { epoch: 1_000_000_000, metrics: edges, fitness: edges.big, best_fitness: edges.small }
  expect((await sendEvent(key, 'epoch_end', { ...run, data })).statusCode).toBe(200)
  const [row] = await house.cells
    .get('us-1')
    .db.select()
    .from(runEpochs)
    .where(eq(runEpochs.epoch, 1_000_000_000))
  expect(row).toMatchObject({ metrics: edges, fitness: edges.big, bestFitness: edges.small })
  expect((await key.call('GET', `/api/models/${run.modelId}/training`)).statusCode).toBe(200)
})

test('a number beyond all numbers inside open maps is kept as null, as clients mean it', async () => {
  const body = { event: 'epoch_end', ...run, data: { epoch: 5, metrics: { loss: new RawJson('1e400') } } }
  const row = hostileRoutes.find(({ variant }) => variant === 'epoch_end')
  if (!row) throw new Error('The table lost its epochs')
  expect((await sendJson(row, { call: key.call }, body)).statusCode).toBe(200)
  const [epoch] = await house.cells.get('us-1').db.select().from(runEpochs).where(eq(runEpochs.epoch, 5))
  expect(epoch?.metrics).toEqual({ loss: null })
})

test('emoji at the place of a cut leave no half of one behind', async () => {
  const other = await aRun(key, { project: 'emoji' })
  const trainArgs = { task: `${'x'.repeat(49)}\u{1f600}` }
  const fields = { project: 'emoji', name: '\u{1f600}', data: { trainArgs } }
  expect((await sendEvent(key, 'training_started', fields)).statusCode).toBe(200)
  const { models } = (await key.call('GET', '/api/projects/emoji')).json()
  for (const model of models) expect(JSON.stringify(model).isWellFormed()).toBe(true)
  expect(models.map((model: { task?: string }) => model.task ?? '').join('')).not.toContain('\ufffd')
  expect(other.modelId).toHaveLength(24)
})

test('sixteen megabytes are read and more is refused', async () => {
  const post = (bytes: number) =>
    sendEvent(key, 'training_complete', { ...run, data: { plots: [{ type: 'big', x: 'x'.repeat(bytes) }] } })
  await expectNothingStored(house, async () => expectRefused(await post(16 * 2 ** 20), 413))
  expect((await post(12 * 2 ** 20)).statusCode).toBe(200)
  const [row] = await house.cells
    .get('us-1')
    .db.select()
    .from(trainingRuns)
    .where(eq(trainingRuns.id, run.runId))
  expect(row?.status).toBe('completed')
})
