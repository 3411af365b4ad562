import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aKey, aPerson, aRun, type KeyHolder, type Person, sendEvent } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { aDataset, aModel, aProject } from '../../../test/trash/things.ts'
import type { House } from '../../house.ts'
import { exports } from '../library/table.ts'
import { purgeTrash } from './purge-trash.ts'

/* A purge that dies among its files: with the next try nothing is left, and until then nobody sees a thing whose bytes may be gone. That it may
   die before every statement is the matter of server/test/crash. */

let house: TestHouse
let person: Person
let key: KeyHolder

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())
beforeEach(async () => {
  person = await aPerson(house)
  key = await aKey(house, person, { scopes: ['read', 'write', 'admin', 'training'] })
})

const cell = () => house.cells.get('us-1')
const query = async (text: string) => (await cell().pool.query(text, [person.userId])).rows

type Doomed = { projectId: string; modelIds: string[]; datasetId: string }

/** A project with a model that was trained, one with weights and an export, one that was trashed before it, and a dataset: all of it
 *  doomed, nothing of it removed yet. Beside it a model that stays. */
const doomAll = async (): Promise<Doomed> => {
  const trained = await aRun(key, { project: 'roads' })
  await sendEvent(key, 'epoch_end', { modelId: trained.modelId, data: { epoch: 0, metrics: { a: 1 } } })
  const projectId = (await key.call('GET', '/api/projects/roads')).json().project._id
  const place = { workspaceId: person.userId, projectId }
  const modelIds = [
    trained.modelId,
    await aModel(house, place, 'late', 20),
    await aModel(house, place, 'early', 10),
  ]
  await anExport(modelIds[1] ?? '', 7)
  const datasetId = await aDataset(house, person.userId, 'cats', [3, 4, 5])
  const stays = await aProject(house, person.userId, 'stays')
  await aModel(house, { workspaceId: person.userId, projectId: stays }, 'stays', 1000)
  await key.call('DELETE', `/api/models/${modelIds[2]}`)
  await key.call('DELETE', `/api/projects/${projectId}`)
  await key.call('DELETE', `/api/datasets/${datasetId}`)
  expect((await key.call('DELETE', '/api/trash/empty')).json().totalDeleted).toBe(5)
  return { projectId, modelIds, datasetId }
}

/** A finished one with a file. */
const anExport = async (modelId: string, sizeBytes: number): Promise<void> => {
  const at = house.clock.now()
  const fileKey = `exports/${modelId}`
  const staged = await house.files.stage('us', fileKey, Readable.from([Buffer.alloc(sizeBytes)]))
  await staged.publish()
  const id = `e${modelId.slice(1)}`
  await cell().db.insert(exports).values({
    id,
    workspaceId: person.userId,
    modelId,
    format: 'onnx',
    status: 'completed',
    fileKey,
    sizeBytes,
    createdBy: person.userId,
    createdAt: at,
    updatedAt: at,
  })
  await cell().pool.query(
    'update workspaces set storage_bytes = storage_bytes + $2, export_bytes = export_bytes + $2 where id = $1',
    [person.userId, sizeBytes],
  )
}

/** What dies at its `fatal`-th file, the first being 0: after the file is gone, and before anything is written of it. */
const dyingFiles = (fatal: number, die: () => Promise<void>): House['files'] => {
  let removed = 0
  return {
    ...house.files,
    async remove(region, fileKey) {
      await house.files.remove(region, fileKey)
      if (removed++ === fatal) await die()
    },
  }
}

const purge = (files: House['files'] = house.files) =>
  purgeTrash(
    { cells: house.cells, clock: house.clock, files },
    { cellId: 'us-1', workspaceId: person.userId },
  )

/** Out of sight, not to be restored, and counted by what rows are left. */
const expectHidden = async ({ projectId, modelIds, datasetId }: Doomed): Promise<void> => {
  expect((await key.call('GET', '/api/trash')).json()).toMatchObject({ items: [], total: 0 })
  for (const [type, id] of [
    ['project', projectId],
    ['dataset', datasetId],
    ...modelIds.map((modelId) => ['model', modelId] as const),
  ] as const) {
    expect((await key.call('GET', `/api/${type}s/${id}`)).statusCode).toBe(404)
    expect((await key.call('POST', '/api/trash', { id, type })).json().reason).toBe('trash_item_not_found')
  }
  expect(await counted()).toBe(await measured())
}

const counted = async (): Promise<number> =>
  (await key.call('GET', '/api/storage')).json().usage.storage.current

const measured = async (): Promise<number> => {
  const [row] = await query(`select (
    coalesce((select sum(size_bytes) from uploads where workspace_id = $1), 0)
    + coalesce((select sum(size_bytes) from exports where workspace_id = $1), 0)
    + coalesce((select sum(size_bytes) from dataset_images where workspace_id = $1), 0))::int as bytes`)
  return row.bytes
}

/** Of all that was doomed neither a file nor a row; what stays is whole. */
const expectNothingLeft = async (): Promise<void> => {
  const left = await query(`select
    (select count(*)::int from projects where workspace_id = $1) as projects,
    (select count(*)::int from models where workspace_id = $1) as models,
    (select count(*)::int from datasets where workspace_id = $1) as datasets,
    (select count(*)::int from dataset_images where workspace_id = $1) as images,
    (select count(*)::int from uploads where workspace_id = $1) as uploads,
    (select count(*)::int from exports where workspace_id = $1) as exports,
    (select count(*)::int from training_runs where workspace_id = $1) as runs,
    (select count(*)::int from trash_items where workspace_id = $1) as items`)
  const kept = { projects: 1, models: 1, datasets: 0, images: 0, uploads: 1, exports: 0, runs: 0, items: 0 }
  expect(left).toEqual([kept])
  expect(await counted()).toBe(1000)
  for (const kind of ['images', 'exports'])
    expect(await readdir(`${house.filesDir}/us/${kind}`).catch(() => [])).toEqual([])
  const uploads = await cell().pool.query<{ id: string }>('select id from uploads')
  const onDisk = await readdir(`${house.filesDir}/us/weights`)
  expect(onDisk.sort()).toEqual(uploads.rows.map(({ id }) => id).sort())
}

/** Two weights and an export; those of images go by a job of their own. */
const filesMax = 3

test('a purge that dies after any of its files shows nobody a thing without bytes, and the next one ends it', async () => {
  for (let fatal = 0; fatal < filesMax; fatal++) {
    const doomed = await doomAll()
    const fault = new Error('power cut')
    const dying = purge(dyingFiles(fatal, () => Promise.reject(fault)))
    await expect(dying).rejects.toBe(fault)
    await expectHidden(doomed)
    await purge()
    await house.runJobs()
    await expectNothingLeft()
    await key.call('DELETE', '/api/projects/stays')
    await key.call('DELETE', '/api/trash/empty')
    await house.runJobs()
  }
  // There was no other moment to die at.
  await doomAll()
  await purge(dyingFiles(filesMax, () => Promise.reject(new Error('one more'))))
})

test('a connection that is cut between files and rows takes nothing along, and others may go on at once', async () => {
  const doomed = await doomAll()
  const cut = async () => {
    await cell().pool.query(`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`)
  }
  await expect(purge(dyingFiles(1, cut))).rejects.toThrow()
  await expectHidden(doomed)
  await Promise.all([purge(), purge()])
  await house.runJobs()
  await expectNothingLeft()
})

test('what died and was never asked for again is ended by the schedule', async () => {
  await doomAll()
  await cell().pool.query(`delete from graphile_worker._private_jobs`)
  house.clock.advance(24 * 3600)
  await house.runSchedules()
  await house.runJobs()
  await expectNothingLeft()
})
