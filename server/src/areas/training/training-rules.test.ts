import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addImages } from '../../../test/images.ts'
import { aKey, aPerson, aRun, type KeyHolder, type Person, sendEvent } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { datasets, models, projects } from '../library/table.ts'
import { memberships } from '../workspaces/table.ts'

let house: TestHouse
let person: Person
let holder: KeyHolder

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
  holder = await aKey(house, person)
})
afterAll(() => house.stop())

const cell = () => house.cells.get('us-1')
const epoch = (modelId: string, number: number) =>
  sendEvent(holder, 'epoch_end', { modelId, data: { epoch: number, metrics: { loss: 1 } } })
const complete = (modelId: string, data: Record<string, unknown> = {}) =>
  sendEvent(holder, 'training_complete', { modelId, data: { results: { metrics: { mAP50: 0.5 } }, ...data } })
const statusOf = async (modelId: string) =>
  (await person.call('GET', `/api/models/${modelId}`)).json().model.status
const feed = async () =>
  (await person.call('GET', '/api/activity?limit=100'))
    .json()
    .events.map(
      (event: { resourceType: string; action: string; resourceId: string }) =>
        `${event.resourceType}/${event.action} ${event.resourceId}`,
    )

test('two active runs under one name become two models, the second with the next free slug', async () => {
  const first = await aRun(holder, { project: 'twice' })
  const second = await aRun(holder, { project: 'twice' })
  expect([first.modelSlug, second.modelSlug]).toEqual(['train', 'train-2'])
  expect(first.modelId).not.toBe(second.modelId)
})

test('ten starts at once make one project and ten models', async () => {
  const runs = await Promise.all(Array.from({ length: 10 }, () => aRun(holder, { project: 'at-once' })))
  expect(new Set(runs.map((run) => run.modelSlug)).size).toBe(10)
  const { projects: list } = (await person.call('GET', '/api/projects?limit=100')).json()
  expect(list.filter((row: { slug: string }) => row.slug === 'at-once')).toMatchObject([{ modelCount: 10 }])
})

test('a run streamed under project and name alone reaches the newest run of that name', async () => {
  await aRun(holder, { project: 'by-name', name: 'exp' })
  house.clock.advance(5)
  const newest = await aRun(holder, { project: 'by-name', name: 'exp' })
  const reply = await sendEvent(holder, 'epoch_end', {
    project: `${person.username}/by-name`,
    name: 'exp',
    modelId: '',
    data: { epoch: 0, metrics: {} },
  })
  expect(reply.json().runId).toBe(newest.runId)
})

test("another person's username in the project is refused, and so is somebody else's model", async () => {
  const other = await aPerson(house)
  const named = await sendEvent(holder, 'training_started', { project: `${other.username}/x`, name: 'train' })
  expect(named.statusCode).toBe(403)
  expect(named.json().error).toBe('Permission denied for this operation')
  const theirs = await aRun(await aKey(house, other))
  expect((await epoch(theirs.modelId, 0)).statusCode).toBe(404)
})

test('a project in the trash keeps its slug; a new run under it goes to the next one, and stays there', async () => {
  await aRun(holder, { project: 'binned' })
  await cell().db.update(projects).set({ trashedAt: house.clock.now() }).where(eq(projects.slug, 'binned'))
  const first = await aRun(holder, { project: 'binned' })
  const second = await aRun(holder, { project: 'binned' })
  for (const run of [first, second]) {
    const { model } = (await person.call('GET', `/api/models/${run.modelId}`)).json()
    expect(model.projectSlug).toBe('binned-2')
  }
})

test('cancel reaches the client with its next event, and the run ends as cancelled with what it had', async () => {
  const { modelId } = await aRun(holder, { project: 'cancel' })
  await epoch(modelId, 0)
  const cancelled = await person.call('DELETE', `/api/models/${modelId}/training`)
  expect(cancelled.json()).toMatchObject({ success: true, status: 'cancelled' })
  expect((await person.call('DELETE', `/api/models/${modelId}/training`)).statusCode).toBe(409)
  expect((await epoch(modelId, 1)).json().cancelled).toBe(true)
  await complete(modelId)
  const { job } = (await person.call('GET', `/api/models/${modelId}/training`)).json()
  expect(job).toMatchObject({ status: 'cancelled', cancelRequested: false })
  expect(job.epochMetrics).toHaveLength(2)
  expect(await feed()).toContain(`training/cancelled ${modelId}`)
  expect((await person.call('DELETE', `/api/models/${modelId}/training`)).statusCode).toBe(409)
})

test('a run that says nothing for four hours has failed, and runs again when it speaks', async () => {
  const { modelId } = await aRun(holder, { project: 'silent' })
  house.clock.advance(4 * 3600 - 60)
  await house.runSchedules()
  expect(await statusOf(modelId)).toBe('running')
  house.clock.advance(120)
  await house.runSchedules()
  await house.runSchedules()
  expect(await statusOf(modelId)).toBe('failed')
  expect((await feed()).filter((line: string) => line === `training/failed ${modelId}`)).toHaveLength(1)
  await epoch(modelId, 0)
  expect(await statusOf(modelId)).toBe('running')
  await complete(modelId)
  expect(await statusOf(modelId)).toBe('completed')
})

test('at the model limit a start is refused with the number, and nothing is made', async () => {
  const full = await aPerson(house)
  const key = await aKey(house, full)
  const { modelId } = await aRun(key)
  const [row] = await cell().db.select().from(models).where(eq(models.id, modelId))
  if (!row) throw new Error('no model')
  const copies = Array.from({ length: 99 }, (_, index) => ({
    ...row,
    id: index.toString(16).padStart(24, '0'),
    slug: `copy-${index}`,
  }))
  await cell().db.insert(models).values(copies)
  const refused = await sendEvent(key, 'training_started', { project: 'brand-new', name: 'train' })
  expect(refused.statusCode).toBe(403)
  expect(refused.json().error).toBe('Model limit reached (100). Upgrade your plan or delete models.')
  expect((await full.call('GET', '/api/projects/brand-new')).statusCode).toBe(404)
})

test('a viewer cannot stream, and a key without the training scope is told so with 403', async () => {
  const demoted = await aPerson(house)
  const key = await aKey(house, demoted)
  await cell().db.update(memberships).set({ role: 'viewer' }).where(eq(memberships.userId, demoted.userId))
  expect((await sendEvent(key, 'training_started', { project: 'x' })).statusCode).toBe(403)
  const reading = await aKey(house, person, { scopes: ['read'] })
  expect((await sendEvent(reading, 'training_started', { project: 'x' })).json().reason).toBe('scope_missing')
  const training = await aKey(house, person, { scopes: ['training'] })
  expect((await sendEvent(training, 'training_started', { project: 'scoped' })).statusCode).toBe(200)
})

test('every field the protocol does not require may be missing, null or empty, and unknown ones are ignored', async () => {
  const bare = await sendEvent(holder, 'training_started', { project: 'bare', data: null, colour: 'blue' })
  expect(bare.statusCode).toBe(200)
  const { modelId, modelSlug } = bare.json()
  expect(modelSlug).toBe('train')
  const events: [string, Record<string, unknown> | null][] = [
    ['epoch_end', null],
    ['epoch_end', {}],
    ['epoch_end', { epoch: null, metrics: null, system: null, fitness: null, best_fitness: null, extra: 1 }],
    ['epoch_end', { epoch: 0, metrics: { loss: null }, system: {} }],
    ['console_output', null],
    ['console_output', { chunkId: null, content: '', lineCount: null }],
    ['console_output', { content: 'no number' }],
    ['checkpoint_saved', { modelPath: null, runId: null, uploadPath: null }],
    ['training_complete', { results: { metrics: null, modelPath: null }, classNames: null, plots: null }],
  ]
  for (const [event, data] of events) {
    const reply = await sendEvent(holder, event, { modelId, data, unknown: true })
    expect([event, data, reply.statusCode]).toEqual([event, data, 200])
  }
  expect(await statusOf(modelId)).toBe('completed')
})

test('a long console chunk is cut at 64 KiB and a whole character, not refused', async () => {
  const { modelId } = await aRun(holder, { project: 'long-console' })
  const reply = await sendEvent(holder, 'console_output', {
    modelId,
    data: { chunkId: 0, content: 'é'.repeat(40_000) },
  })
  expect(reply.statusCode).toBe(200)
  const { chunks } = (await person.call('GET', `/api/models/${modelId}/console`)).json()
  expect(chunks[0].content).toBe('é'.repeat(32_768))
})

test('training_complete may carry ten megabytes', async () => {
  const { modelId } = await aRun(holder, { project: 'big' })
  const x = Array.from({ length: 101 }, (_, index) => index / 100)
  const plots = Array.from({ length: 80 }, (_, index) => ({
    type: `curve-${index}`,
    x,
    y: 'y'.repeat(135_000),
  }))
  expect(JSON.stringify(plots).length).toBeGreaterThan(10 * 2 ** 20)
  expect((await complete(modelId, { plots })).statusCode).toBe(200)
})

test('a checkpoint whose bytes never arrived is refused, so that the client sends them again', async () => {
  const { modelId } = await aRun(holder, { project: 'no-bytes' })
  const { gcsPath } = (
    await holder.call('POST', '/api/webhooks/models/upload', { modelId, filename: 'last.pt' })
  ).json()
  const reply = await sendEvent(holder, 'checkpoint_saved', { modelId, data: { modelPath: gcsPath } })
  expect(reply.statusCode).toBe(404)
})

test('a download that is not ready is 409, absent and private ones are 404 alike, and a bad key is 401', async () => {
  const { modelSlug } = await aRun(holder, { project: 'download' })
  const path = `/api/webhooks/models/${person.username}/download/${modelSlug}/download`
  expect((await holder.call('HEAD', path)).statusCode).toBe(409)
  const stranger = await aKey(house, await aPerson(house, { region: 'ap' }))
  expect((await stranger.call('HEAD', path)).statusCode).toBe(409)
  await cell().db.update(projects).set({ visibility: 'private' }).where(eq(projects.slug, 'download'))
  const hidden = await stranger.call('GET', path)
  const absent = await stranger.call('GET', path.replace('/download/train', '/download/absent'))
  expect([hidden.statusCode, absent.statusCode]).toEqual([404, 404])
  expect(hidden.json().error).toBe(absent.json().error)
  const bad = await holder.call('HEAD', path, undefined, { authorization: `Bearer ul_${'f'.repeat(40)}` })
  expect(bad.statusCode).toBe(401)
  const datasetsOnly = await aKey(house, person, { scopes: ['datasets'] })
  expect((await datasetsOnly.call('HEAD', path)).statusCode).toBe(403)
})

test('a dataset resolves to NDJSON whose image links work without a key for a day', async () => {
  const at = house.clock.now()
  const dataset = {
    id: 'd'.repeat(24),
    workspaceId: person.userId,
    slug: 'shapes',
    name: 'Shapes',
    task: 'detect',
  }
  await cell()
    .db.insert(datasets)
    .values({
      ...dataset,
      classNames: ['square'],
      trainCount: 1,
      valCount: 1,
      labelledCount: 1,
      visibility: 'private',
      status: 'processing',
      createdAt: at,
      updatedAt: at,
    })
  const image = {
    id: 'a'.repeat(24),
    workspaceId: person.userId,
    datasetId: dataset.id,
    file: '1.png',
    split: 'train' as const,
  }
  await addImages(house, [{ ...image, annotations: { boxes: [[0, 0.5, 0.5, 0.1, 0.1]] } }])

  const path = `/api/webhooks/datasets/${person.username}/shapes/export`
  expect((await holder.call('HEAD', path)).statusCode).toBe(409)
  await cell().db.update(datasets).set({ status: 'ready' }).where(eq(datasets.id, dataset.id))
  const head = await holder.call('HEAD', path)
  expect(head.statusCode).toBe(302)
  const location = new URL(String(head.headers.location))
  expect(location.pathname).toMatch(/\/shapes\.ndjson$/)
  const lines = (await house.http.inject(location.pathname + location.search)).body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines[0]).toMatchObject({ type: 'dataset', task: 'detect', class_names: { '0': 'square' } })
  expect(lines[1]).toMatchObject({
    type: 'image',
    file: '1.png',
    split: 'train',
    annotations: { boxes: [[0, 0.5, 0.5, 0.1, 0.1]] },
  })
  const link = new URL(lines[1].url)
  house.clock.advance(23 * 3600)
  expect((await house.http.inject(link.pathname + link.search)).body).toBe('pixel')
  house.clock.advance(2 * 3600)
  expect((await house.http.inject(link.pathname + link.search)).statusCode).toBe(403)
  const stranger = await aKey(house, await aPerson(house))
  expect((await stranger.call('HEAD', path)).statusCode).toBe(404)
})
