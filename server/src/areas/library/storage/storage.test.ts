import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aKey, aPerson, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { aDataset, aModel, aProject } from '../../../../test/trash/things.ts'
import { requireStorage } from '../../workspaces/storage.ts'
import { workspaces } from '../../workspaces/table.ts'
import { exports } from '../table.ts'
import { limited } from './view-storage.ts'

let house: TestHouse
let person: Person

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())
beforeEach(async () => {
  person = await aPerson(house)
})

const GiB = 2 ** 30
const db = () => house.cells.get('us-1').db
const own = () => eq(workspaces.id, person.userId)
const storage = async () => (await person.call('GET', '/api/storage?details=true')).json()
const recalculate = () => person.call('POST', '/api/storage/recalculate')

test('storage tells the plan, every count with its limit, and what each category takes', async () => {
  const projectId = await aProject(house, person.userId, 'roads')
  const place = { workspaceId: person.userId, projectId }
  const big = await aModel(house, place, 'big', 900)
  const gone = await aModel(house, place, 'gone', 50)
  const cats = await aDataset(house, person.userId, 'cats', [100, 200])
  await person.call('DELETE', `/api/models/${gone}`)
  expect(await storage()).toEqual({
    tier: 'free',
    usage: {
      projects: { current: 1, limit: 0, percent: 0 },
      datasets: { current: 1, limit: 0, percent: 0 },
      models: { current: 1, limit: 100, percent: 1 },
      images: { current: 2, limit: 0, percent: 0 },
      deployments: { current: 0, limit: 3, percent: 0 },
      storage: { current: 1250, limit: 100 * GiB, percent: 0 },
    },
    updatedAt: house.clock.now().toISOString(),
    breakdown: {
      byCategory: {
        datasets: { bytes: 300, count: 1 },
        models: { bytes: 950, count: 1 },
        exports: { bytes: 0, count: 0 },
      },
      trash: { bytes: 50, count: 1 },
      topItems: [
        {
          _id: big,
          name: 'big',
          slug: 'big',
          sizeBytes: 900,
          type: 'model',
          parentName: 'roads',
          parentSlug: 'roads',
        },
        { _id: cats, name: 'cats', slug: 'cats', sizeBytes: 300, type: 'dataset' },
      ],
    },
    region: 'us',
    username: person.username,
  })
  expect((await person.call('GET', '/api/storage')).json().breakdown).toBeUndefined()
})

test('of many things the ten largest are told, whatever they are', async () => {
  const projectId = await aProject(house, person.userId, 'roads')
  for (let n = 1; n <= 8; n++) {
    await aModel(house, { workspaceId: person.userId, projectId }, `m${n}`, n * 10)
    await aDataset(house, person.userId, `d${n}`, [n * 10 + 5])
  }
  const { topItems } = (await storage()).breakdown
  expect(topItems.map(({ sizeBytes }: { sizeBytes: number }) => sizeBytes)).toEqual([
    85, 80, 75, 70, 65, 60, 55, 50, 45, 40,
  ])
})

test('an export among the largest names its model and the project of that, where its page is', async () => {
  const projectId = await aProject(house, person.userId, 'roads')
  const modelId = await aModel(house, { workspaceId: person.userId, projectId }, 'big')
  const at = house.clock.now()
  const row = { workspaceId: person.userId, createdBy: person.userId, createdAt: at, updatedAt: at }
  await db()
    .insert(exports)
    .values({ ...row, id: 'e'.repeat(24), modelId, format: 'onnx', status: 'completed', sizeBytes: 70 })
  await db().update(workspaces).set({ storageBytes: 70, exportBytes: 70 }).where(own())
  expect((await storage()).breakdown.topItems).toEqual([
    {
      _id: 'e'.repeat(24),
      name: 'big (onnx)',
      sizeBytes: 70,
      type: 'export',
      parentName: 'big',
      parentSlug: 'big',
      projectSlug: 'roads',
    },
  ])
})

test('a share has one decimal, and without a limit both numbers are nought', () => {
  expect(limited(1, 3)).toEqual({ current: 1, limit: 3, percent: 33.3 })
  expect(limited(2, 3)).toEqual({ current: 2, limit: 3, percent: 66.7 })
  expect(limited(5, null)).toEqual({ current: 5, limit: 0, percent: 0 })
  expect(limited(6, 3)).toEqual({ current: 6, limit: 3, percent: 200 })
})

test('recalculating corrects a counter that is off, says by how much, and waits a minute', async () => {
  await aDataset(house, person.userId, 'cats', [100])
  await db().update(workspaces).set({ storageBytes: 7, modelBytes: 7, datasetBytes: 0 }).where(own())
  expect((await recalculate()).json()).toEqual({ success: true, storageBytes: 100, correctedBytes: 107 })
  expect((await storage()).breakdown.byCategory).toMatchObject({
    datasets: { bytes: 100 },
    models: { bytes: 0 },
  })
  const refused = await recalculate()
  expect(refused.statusCode).toBe(429)
  expect(refused.json()).toMatchObject({ reason: 'storage_recalculated_recently', retryAfter: 60 })
  house.clock.advance(60)
  expect((await recalculate()).json()).toEqual({ success: true, storageBytes: 100, correctedBytes: 0 })
})

test('many who have it counted at once, while others store, leave the counters right', async () => {
  const projectId = await aProject(house, person.userId, 'roads')
  const place = { workspaceId: person.userId, projectId }
  await db().update(workspaces).set({ storageBytes: 1000, exportBytes: 1000 }).where(own())
  const { reconcileStorage } = await import('./recalculate-storage.ts')
  let corrected = 0
  await Promise.all([
    ...Array.from({ length: 4 }, () =>
      reconcileStorage(house, (bytes) => {
        corrected += bytes
      }),
    ),
    ...Array.from({ length: 6 }, (_, n) => aModel(house, place, `m${n}`, 10)),
  ])
  expect(corrected).toBe(1000)
  const [row] = await db().select().from(workspaces).where(own())
  expect(row).toMatchObject({ storageBytes: 60, modelBytes: 60, exportBytes: 0 })
})

test('what has drifted is put right every day, told in the log and counted in the metrics', async () => {
  await aDataset(house, person.userId, 'cats', [100])
  await db().update(workspaces).set({ storageBytes: 40, datasetBytes: 40 }).where(own())
  await house.runSchedules()
  expect((await storage()).usage.storage.current).toBe(100)
  expect(house.logged()).toMatch(/"driftBytes":60.*storage counter corrected/)
  const metrics = (await house.http.inject({ url: '/metrics', headers: { host: 'localhost:3000' } })).body
  expect(metrics).toMatch(/gatehouse_storage_drift_bytes_total [1-9]/)
})

test('a plan that is smaller than what is stored takes nothing away and lets nothing more in', async () => {
  await aDataset(house, person.userId, 'cats', [100])
  await db()
    .update(workspaces)
    .set({ storageBytes: 101 * GiB })
    .where(and(own()))
  expect((await storage()).usage.storage).toEqual({ current: 101 * GiB, limit: 100 * GiB, percent: 101 })
  const more = requireStorage(db(), person.userId, 1, house.clock.now())
  await expect(more).rejects.toMatchObject({ reason: 'storage_limit_exceeded' })
})

test('a viewer sees the storage of a team and has nothing counted; a key reads it with the scope read', async () => {
  const [viewer, admin] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [person, 'owner'],
    [admin, 'admin'],
    [viewer, 'viewer'],
  ])
  const owner = `?owner=${team.username}`
  expect((await viewer.call('GET', `/api/storage${owner}`)).json()).toMatchObject({ tier: 'enterprise' })
  const count = `/api/storage/recalculate${owner}`
  expect((await viewer.call('POST', count)).json().reason).toBe('permission_denied')
  expect((await admin.call('POST', count)).statusCode).toBe(200)
  const key = await aKey(house, person, { scopes: ['read'] })
  expect((await key.call('GET', '/api/storage')).statusCode).toBe(200)
  expect((await key.call('POST', '/api/storage/recalculate')).json().reason).toBe('session_only')
})
