import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import type { JobPayload } from '../../src/outbox/outbox.ts'
import { aKey, aPerson, aRun, type KeyHolder, type Person, sendEvent } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { aDataset, aModel, aProject } from '../trash/things.ts'
import type { Death } from './deaths.ts'
import { countOf, ownOf, rowsOf } from './stores.ts'

type Keeper = { person: Person; key: KeyHolder; projectId: string; modelIds: string[] }

/** Somebody with a project of two models, one of which trains, and a dataset. */
const keeping = async (house: TestHouse): Promise<Keeper & { datasetId: string }> => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const { modelId } = await aRun(key, { project: 'roads' })
  await sendEvent(key, 'epoch_end', { modelId, data: { epoch: 0, metrics: { a: 1 } } })
  await sendEvent(key, 'console_output', { modelId, data: { chunkId: 0, content: 'hello' } })
  const projectId = (await person.call('GET', '/api/projects/roads')).json().project._id
  const stored = await aModel(house, { workspaceId: person.userId, projectId }, 'stored', 100)
  const datasetId = await aDataset(house, person.userId, 'cats', [10, 20, 30])
  return { person, key, projectId, modelIds: [modelId, stored], datasetId }
}

export const prepareTrash = async (house: TestHouse) => {
  const subject = await keeping(house)
  const act = { name: 'trashProject', projectId: subject.projectId } as const
  return { command: { name: 'trash', ...(await ownOf(house, subject.person)), act } as const, subject }
}

export const prepareRestore = async (house: TestHouse) => {
  const subject = await keeping(house)
  await subject.person.call('DELETE', `/api/projects/${subject.projectId}`)
  const act = { name: 'restoreProject', projectId: subject.projectId } as const
  return { command: { name: 'trash', ...(await ownOf(house, subject.person)), act } as const, subject }
}

/** Everything somebody has lies in the trash: a project, a model that went there before it, and a dataset. */
const allInTrash = async (house: TestHouse): Promise<Keeper> => {
  const subject = await keeping(house)
  const { person, projectId, modelIds, datasetId } = subject
  await person.call('DELETE', `/api/models/${modelIds[1]}`)
  await person.call('DELETE', `/api/projects/${projectId}`)
  await person.call('DELETE', `/api/datasets/${datasetId}`)
  // What would be done in another project while the purge runs.
  await aProject(house, person.userId, 'stays')
  return subject
}

export const prepareEmpty = async (house: TestHouse) => {
  const subject = await allInTrash(house)
  const act = { name: 'emptyTrash' } as const
  return { command: { name: 'trash', ...(await ownOf(house, subject.person)), act } as const, subject }
}

/** The job of an emptying that has just been asked for. */
export const preparePurge = async (house: TestHouse) => {
  const subject = await allInTrash(house)
  const { person } = subject
  await person.call('DELETE', '/api/trash/empty')
  const waiting = `select payload from graphile_worker._private_jobs where payload->>'workspaceId' = $1`
  const [job] = await rowsOf(house, 'us-1', waiting, [person.userId])
  const act = { name: 'purgeTrash', job: job?.payload as JobPayload } as const
  return { command: { name: 'trash', ...(await ownOf(house, person)), act } as const, subject }
}

/** A project with all of its models in one place, told once. */
export const checkMove = async (
  house: TestHouse,
  deaths: Death<Keeper>[],
  to: 'trashed' | 'restored',
): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(6)
  for (const { subject, isDone } of deaths) {
    const { person, projectId, modelIds } = subject
    const events = 'activity_events where resource_id = $1 and action = $2'
    const isMoved = (await countOf(house, 'us-1', events, [projectId, to])) === 1
    if (isDone) expect(isMoved).toBe(true)
    const isInTrash = isMoved === (to === 'trashed')
    for (const path of [`projects/${projectId}`, ...modelIds.map((id) => `models/${id}`)])
      expect((await person.call('GET', `/api/${path}`)).statusCode).toBe(isInTrash ? 404 : 200)
    const { items } = (await person.call('GET', '/api/trash')).json()
    expect(items).toMatchObject(isInTrash ? [{ _id: projectId, cascadedCount: 2 }] : [])
    const ended = `activity_events where resource_id = $1 and resource_type = 'training' and action = 'cancelled'`
    expect(await countOf(house, 'us-1', ended, [modelIds[0]])).toBe(isInTrash || to === 'restored' ? 1 : 0)
    await expectExactBytes(house, person)
  }
}

/** Nothing was stored or taken away without being counted. */
const expectExactBytes = async (house: TestHouse, { userId }: Person): Promise<void> => {
  const [row] = await rowsOf(
    house,
    'us-1',
    `select storage_bytes::int as counted, (model_bytes + dataset_bytes + export_bytes)::int as categories,
       (select coalesce(sum(size_bytes), 0)::int from uploads where workspace_id = $1)
       + (select coalesce(sum(size_bytes), 0)::int from dataset_images where workspace_id = $1) as stored
     from workspaces where id = $1`,
    [userId],
  )
  expect(row?.counted).toBe(row?.stored)
  expect(row?.categories).toBe(row?.stored)
}

/** Looks before the job runs again: every byte that is there is counted, and no file is without its row. */
export const lookAtPurges = async (house: TestHouse, deaths: Death<Keeper>[]): Promise<void> => {
  for (const { subject } of deaths) await expectExactBytes(house, subject.person)
  const known = new Set(
    (await rowsOf(house, 'us-1', 'select id from uploads union all select id from image_files')).map(
      ({ id }) => id,
    ),
  )
  for (const kind of ['weights', 'images'])
    for (const file of await readdir(`${house.filesDir}/us/${kind}`)) expect(known).toContain(file)
}

/** A trash as it was, or an empty one of which nothing is left once the job has run. */
export const checkEmpty = async (
  house: TestHouse,
  deaths: Death<Keeper>[],
  { isJob = false } = {},
): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(isJob ? 25 : 8)
  for (const { subject, isDone } of deaths) {
    const { person } = subject
    const told = `activity_events where workspace_id = $1 and metadata->>'change' = 'trash_emptied'`
    const isEmptied = (await countOf(house, 'us-1', told, [person.userId])) === 1
    if (isDone || isJob) expect(isEmptied).toBe(true)
    const { items } = (await person.call('GET', '/api/trash')).json()
    expect(items.length).toBe(isEmptied ? 0 : 3)
    await expectExactBytes(house, person)
    if (!isEmptied) continue
    for (const from of ['models', 'datasets', 'uploads', 'dataset_images', 'training_runs', 'trash_items'])
      expect(await countOf(house, 'us-1', `${from} where workspace_id = $1`, [person.userId]), from).toBe(0)
    expect(await countOf(house, 'us-1', 'projects where workspace_id = $1', [person.userId])).toBe(1)
  }
}

/** The files that are left are those of rows that are left. */
export const expectNoStrayFiles = async (house: TestHouse): Promise<void> => {
  for (const [kind, table] of [
    ['weights', 'uploads'],
    ['images', 'image_files'],
  ] as const) {
    const ids = (await rowsOf(house, 'us-1', `select id from ${table}`)).map(({ id }) => id)
    expect((await readdir(`${house.filesDir}/us/${kind}`)).sort()).toEqual(ids.sort())
  }
}
