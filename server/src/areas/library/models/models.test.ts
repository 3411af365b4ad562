import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, aRun, aStranger, type Person, sendEvent } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const aProject = async (person: Pick<Person, 'call'>, name = 'Home'): Promise<string> =>
  (await person.call('POST', '/api/projects', { name })).json().projectId

const show = async (person: Pick<Person, 'call'>, id: string) =>
  (await person.call('GET', `/api/models/${id}`)).json().model

test('a model that comes with metrics counts as completed, one without as untrained', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person)
  const told = { projectId, name: 'Best one', task: 'detect', metrics: { 'mAP50-95': 0.5 }, version: '1' }
  const made = await person.call('POST', '/api/models', told)
  expect([made.statusCode, made.json().slug, made.json().project]).toEqual([201, 'best-one', 'home'])
  expect(await show(person, made.json().modelId)).toMatchObject({
    status: 'completed',
    metrics: { 'mAP50-95': 0.5 },
    version: '1',
    downloadCount: 0,
  })
  const bare = await person.call('POST', `/api/models/${person.username}/home`, { model: 'bare' })
  expect(await show(person, bare.json().modelId)).toMatchObject({ status: 'untrained', name: 'bare' })
})

test('a metric nobody knows, and a result that is none, are refused', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person)
  for (const wrong of [
    { metrics: { fame: 1 } },
    { metrics: { mAP50: 'high' } },
    { trainResults: [{ epoch: -1, metrics: {} }] },
    { name: 'x'.repeat(101) },
    { version: 'x'.repeat(51) },
  ])
    expect((await person.call('POST', '/api/models', { projectId, ...wrong })).statusCode).toBe(400)
})

test('the hundred-and-first model of a free workspace is refused, and says what would help', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person)
  for (let n = 0; n < 100; n++) await person.call('POST', '/api/models', { projectId })
  const refused = await person.call('POST', '/api/models', { projectId })
  expect(refused.statusCode).toBe(403)
  expect(refused.json()).toMatchObject({ reason: 'model_limit_reached', needs: { plan: 'pro' } })
})

test('its slug stays when its name changes, and the feed keeps what it was', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person)
  const { modelId } = (await person.call('POST', '/api/models', { projectId, name: 'Old' })).json()
  const changed = { name: 'New', color: '#fff', trainArgs: { lr: 1 }, datasetSlug: 'coco8' }
  expect((await person.call('PATCH', `/api/models/${modelId}`, changed)).statusCode).toBe(200)
  expect(await show(person, modelId)).toMatchObject({ slug: 'old', ...changed })
  const [event] = (await person.call('GET', '/api/activity')).json().events
  expect(event.metadata).toMatchObject({
    before: { name: 'Old', color: null, datasetSlug: null },
    after: { name: 'New', color: '#fff', datasetSlug: 'coco8' },
    changed: ['trainArgs'],
  })
})

test('what a running training tells, nobody tells beside it', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const run = await aRun(key)
  const address = `/api/models/${run.modelId}`
  const fake = await person.call('PATCH', address, { status: 'completed' })
  expect([fake.statusCode, fake.json().reason]).toEqual([409, 'training_active'])
  expect((await person.call('PATCH', address, { status: 'running' })).statusCode).toBe(400)
  expect((await person.call('PATCH', address, { name: 'Nicer', starred: true })).statusCode).toBe(200)
  expect(await show(person, run.modelId)).toMatchObject({ name: 'Nicer', status: 'running', isStarred: true })
  await sendEvent(key, 'training_complete', { modelId: run.modelId })
  expect((await person.call('PATCH', address, { status: 'failed', trainingError: 'No' })).statusCode).toBe(
    200,
  )
})

test('lists answer as much as is asked for, with charts of what ran here and what was told', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const run = await aRun(key, { project: 'charts' })
  const metrics = { 'metrics/mAP50(B)': 0.4 }
  for (const epoch of [0, 1])
    await sendEvent(key, 'epoch_end', { modelId: run.modelId, data: { epoch, metrics } })
  const { projectId } = await show(person, run.modelId)
  const trainResults = [{ epoch: 3, metrics: { loss: 2 } }]
  const { modelId } = (await person.call('POST', '/api/models', { projectId, trainResults })).json()
  const list = async (rest: string) =>
    (await person.call('GET', `/api/models?projectId=${projectId}${rest}`)).json().models
  expect((await list(`&fields=charts&ids=${run.modelId}`))[0].trainResults).toEqual([
    { epoch: 0, metrics },
    { epoch: 1, metrics },
  ])
  expect((await list(`&fields=charts&ids=${modelId}`))[0].trainResults).toEqual(trainResults)
  expect((await list('')).length).toBe(2)
  expect((await list(''))[0].trainResults).toBeUndefined()
  const byPath = await aStranger(house)('GET', `/api/models/${person.username}/charts?limit=1`)
  expect(byPath.json().models.length).toBe(1)
  const { models } = (await person.call('GET', '/api/models/completed')).json()
  expect(models.map(({ _id }: { _id: string }) => _id)).toEqual([modelId])
})

test('downloads are counted, whoever downloads', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person)
  const { modelId } = (await person.call('POST', '/api/models', { projectId })).json()
  await aStranger(house)('POST', `/api/models/${modelId}/track-download`)
  await person.call('POST', `/api/models/${modelId}/track-download`)
  expect((await show(person, modelId)).downloadCount).toBe(2)
})

test('a chart of what was told of a long training is thinned, and keeps its end', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person)
  const trainResults = Array.from({ length: 1200 }, (_, epoch) => ({ epoch, metrics: { loss: epoch / 7 } }))
  const { modelId } = (await person.call('POST', '/api/models', { projectId, trainResults })).json()
  const { models } = (await person.call('GET', `/api/models?projectId=${projectId}&fields=charts`)).json()
  const shown: { epoch: number }[] = models[0].trainResults
  expect(shown.length).toBe(400)
  expect(shown.at(-1)).toEqual(trainResults.at(-1))
  expect(shown.map(({ epoch }) => epoch)).toEqual(shown.map(({ epoch }) => epoch).sort((a, b) => a - b))
  expect((await show(person, modelId)).trainResults).toEqual(trainResults)
})

test('models of a project are searched, sorted and paged, and those without fitness come last', async () => {
  const person = await aPerson(house)
  const projectId = await aProject(person, 'Zoo')
  for (const [name, bestFitness] of [
    ['Lion', 0.4],
    ['Lioness', 0.9],
    ['Ant', undefined],
  ] as const) {
    house.clock.advance(1)
    const { modelId } = (await person.call('POST', '/api/models', { projectId, name })).json()
    if (bestFitness) await person.call('PATCH', `/api/models/${modelId}`, { bestFitness })
  }
  const list = async (query: string) =>
    (await person.call('GET', `/api/models?projectId=${projectId}&${query}`)).json()
  const names = (found: { models: { name: string }[] }) => found.models.map(({ name }) => name)
  expect(names(await list('sort=fitness'))).toEqual(['Lioness', 'Lion', 'Ant'])
  expect(names(await list('sort=name-asc&limit=1&offset=1'))).toEqual(['Lion'])
  const found = await list('q=lion&limit=1')
  expect([names(found), found.total]).toEqual([['Lioness'], 2])
  const byPath = (await person.call('GET', `/api/models/${person.username}/zoo?q=ant`)).json()
  expect([names(byPath), byPath.total]).toEqual([['Ant'], 1])
})
