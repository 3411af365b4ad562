import { readdir } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aKey, aPerson, aRun, type KeyHolder, type Person, sendEvent } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { aDataset, aModel, aProject } from '../../../test/trash/things.ts'
import { deployments } from '../library/table.ts'
import { workspaces } from '../workspaces/table.ts'

let house: TestHouse
let person: Person
/** Outlives thirty days, which a session does not. */
let key: KeyHolder

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())
beforeEach(async () => {
  person = await aPerson(house)
  key = await aKey(house, person, { scopes: ['read', 'write', 'admin', 'training'] })
})

const day = 24 * 3600
const cell = () => house.cells.get('us-1')
const get = async (path: string) => (await key.call('GET', path)).json()
const trash = (query = '') => get(`/api/trash${query}`)
const restore = (id: string, type: string) => key.call('POST', '/api/trash', { id, type })
const purge = (id: string, type: string) => key.call('DELETE', '/api/trash', { id, type })
const storage = async () => (await get('/api/storage')).usage.storage.current
const project = (slug: string) => aProject(house, person.userId, slug)
const model = (projectId: string, slug: string, bytes?: number) =>
  aModel(house, { workspaceId: person.userId, projectId }, slug, bytes)
const filesOf = async (kind: string) => readdir(`${house.filesDir}/us/${kind}`).catch(() => [])
const feed = async () =>
  (
    await cell().pool.query(
      'select resource_type, action, resource_id, metadata from activity_events where workspace_id = $1 order by seq',
      [person.userId],
    )
  ).rows
const told = async (id: string) =>
  (await feed()).filter((row) => row.resource_id === id).map((row) => `${row.resource_type}/${row.action}`)

test('a project goes to the trash with its models as one item, and answers 404 everywhere else', async () => {
  const id = await project('roads')
  const inside = [await model(id, 'first', 1000), await model(id, 'second', 500)]
  const reply = await key.call('DELETE', `/api/projects/${id}`)
  expect(reply.json()).toEqual({ success: true, cascadedModels: 2 })
  expect((await key.call('GET', `/api/projects/${id}`)).statusCode).toBe(404)
  for (const each of inside) expect((await key.call('GET', `/api/models/${each}`)).statusCode).toBe(404)
  const { items, summary, total, region } = await trash()
  expect(items).toEqual([
    {
      _id: id,
      type: 'project',
      name: 'roads',
      slug: 'roads',
      trashedAt: house.clock.now().toISOString(),
      daysRemaining: 30,
      cascadedCount: 2,
      sizeBytes: 1500,
    },
  ])
  expect({ total, region }).toEqual({ total: 1, region: 'us' })
  expect(summary).toMatchObject({
    totalItems: 1,
    totalSizeBytes: 1500,
    byType: { projects: { count: 1 }, models: { count: 0 }, datasets: { count: 0, sizeBytes: 0 } },
  })
  expect(await told(id)).toEqual(['project/trashed'])
  expect((await key.call('DELETE', `/api/projects/${id}`)).statusCode).toBe(404)
})

test('the models that went along are listed under their project, and go and come back with it alone', async () => {
  const id = await project('roads')
  const inside = await model(id, 'first', 1000)
  await key.call('DELETE', `/api/projects/${id}`)
  const { items } = await trash(`?parent=${id}`)
  const parentProject = { _id: id, name: 'roads', slug: 'roads', inTrash: true }
  expect(items).toMatchObject([{ _id: inside, type: 'model', sizeBytes: 1000, parentProject }])
  const refused = await restore(inside, 'model')
  expect(refused.statusCode).toBe(409)
  expect(refused.json().error).toBe(
    'Cannot restore model while its parent project is in trash. Restore the project first.',
  )
  expect((await purge(inside, 'model')).json().reason).toBe('parent_in_trash')
  expect((await restore(id, 'project')).json()).toEqual({ success: true, slug: 'roads', restoredModels: 1 })
  expect((await get(`/api/models/${inside}`)).model.slug).toBe('first')
})

test('a model that was trashed before its project keeps its own clock, and stays when the project comes back', async () => {
  const id = await project('roads')
  const early = await model(id, 'early')
  const late = await model(id, 'late')
  await key.call('DELETE', `/api/models/${early}`)
  house.clock.advance(3 * day)
  await key.call('DELETE', `/api/projects/${id}`)
  expect((await trash()).items).toMatchObject([
    { _id: id, daysRemaining: 30, cascadedCount: 1 },
    { _id: early, daysRemaining: 27, parentProject: { slug: 'roads', inTrash: true } },
  ])
  expect((await restore(early, 'model')).json().reason).toBe('parent_in_trash')
  expect((await restore(id, 'project')).json().restoredModels).toBe(1)
  expect((await key.call('GET', `/api/models/${late}`)).statusCode).toBe(200)
  expect((await key.call('GET', `/api/models/${early}`)).statusCode).toBe(404)
  expect((await restore(early, 'model')).json()).toEqual({ success: true, slug: 'early' })
})

test('a slug is free from the moment its project is trashed, and whoever comes back gets the next free one', async () => {
  const first = await project('roads')
  await key.call('DELETE', `/api/projects/${first}`)
  await project('roads')
  await project('roads-2')
  expect((await restore(first, 'project')).json()).toEqual({
    success: true,
    slug: 'roads-3',
    formerSlug: 'roads',
    restoredModels: 0,
  })
  expect((await get('/api/projects/roads-3')).project._id).toBe(first)
})

test('a run under the name of a trashed project leaves that name to it, so that it comes back as it was', async () => {
  const run = await aRun(key, { project: 'binned' })
  const id = (await get('/api/projects/binned')).project._id
  await key.call('DELETE', `/api/projects/${id}`)
  const next = await aRun(key, { project: 'binned' })
  expect((await get(`/api/models/${next.modelId}`)).model.projectSlug).toBe('binned-2')
  expect((await restore(id, 'project')).json().slug).toBe('binned')
  const last = await aRun(key, { project: 'binned' })
  expect((await get(`/api/models/${last.modelId}`)).model.projectId).toBe(id)
  expect((await key.call('GET', `/api/models/${run.modelId}`)).statusCode).toBe(200)
})

test('a training of what is trashed ends as cancelled, is not heard meanwhile, and counts when its model comes back', async () => {
  const { modelId } = await aRun(key, { project: 'live' })
  await key.call('DELETE', `/api/models/${modelId}`)
  const epoch = () => sendEvent(key, 'epoch_end', { modelId, data: { epoch: 0, metrics: { a: 1 } } })
  expect((await epoch()).statusCode).toBe(404)
  expect(await told(modelId)).toContain('training/cancelled')
  await house.runJobs()
  expect(house.mailbox.list(person.email).filter(({ subject }) => /training/i.test(subject))).toEqual([])
  await restore(modelId, 'model')
  expect((await get(`/api/models/${modelId}`)).model.status).toBe('cancelled')
  expect((await epoch()).json().cancelled).toBeUndefined()
  await sendEvent(key, 'training_complete', { modelId, data: { results: { metrics: { a: 2 } } } })
  expect((await get(`/api/models/${modelId}`)).model).toMatchObject({
    status: 'completed',
    metrics: { a: 2 },
  })
})

test('bytes on their way to a model that is trashed meanwhile are turned away, and nothing is counted', async () => {
  const { modelId } = await aRun(key, { project: 'late-bytes' })
  const opened = await key.call('POST', '/api/webhooks/models/upload', { modelId, filename: 'best.pt' })
  const { uploadUrl } = opened.json()
  await key.call('DELETE', `/api/models/${modelId}`)
  const put = await house.http.inject({
    method: 'PUT',
    url: uploadUrl.replace(/^https?:\/\/[^/]+/, ''),
    headers: { host: 'localhost:3000', 'content-type': 'application/octet-stream' },
    payload: Buffer.from('weights'),
  })
  expect(put.statusCode).toBe(404)
  expect(await storage()).toBe(0)
})

test('what is trashed counts in storage until its bytes are gone, and in no other limit', async () => {
  const id = await aDataset(house, person.userId, 'cats', [300, 700])
  expect(await storage()).toBe(1000)
  await key.call('DELETE', `/api/datasets/${id}`)
  expect(await storage()).toBe(1000)
  expect((await get('/api/storage')).usage.datasets.current).toBe(0)
  expect((await purge(id, 'dataset')).json()).toEqual({ success: true, deletedCount: 1 })
  expect((await trash()).items).toEqual([])
  expect(await storage()).toBe(1000)
  await house.runJobs()
  expect(await storage()).toBe(0)
  expect(await filesOf('images')).toEqual([])
  expect(await told(id)).toEqual(['dataset/trashed', 'dataset/deleted'])
})

test('a project deleted for good takes all its models along, and deployments outlive them', async () => {
  const id = await project('roads')
  const early = await model(id, 'early', 10)
  const late = await model(id, 'late', 20)
  const at = house.clock.now()
  await cell()
    .db.insert(deployments)
    .values({
      id: 'd'.repeat(24),
      workspaceId: person.userId,
      modelId: late,
      name: 'edge',
      region: 'us',
      resources: {} as never,
      status: 'stopped',
      createdBy: person.userId,
      createdAt: at,
      updatedAt: at,
    })
  await key.call('DELETE', `/api/models/${early}`)
  await key.call('DELETE', `/api/projects/${id}`)
  expect((await purge(id, 'project')).json()).toEqual({
    success: true,
    deletedCount: 1,
    cascadedModels: 2,
    survivingDeployments: 1,
  })
  expect((await trash()).items).toEqual([])
  expect((await restore(early, 'model')).statusCode).toBe(404)
  await house.runJobs()
  expect(await storage()).toBe(0)
  const { rows } = await cell().pool.query('select model_id from deployments where workspace_id = $1', [
    person.userId,
  ])
  expect(rows).toEqual([{ model_id: null }])
})

test('an emptied trash is empty at once, tells what goes, and says how far it has come', async () => {
  const id = await project('roads')
  const early = await model(id, 'early', 10)
  await model(id, 'late', 20)
  const dataset = await aDataset(house, person.userId, 'cats', [5])
  await key.call('DELETE', `/api/models/${early}`)
  await key.call('DELETE', `/api/projects/${id}`)
  await key.call('DELETE', `/api/datasets/${dataset}`)
  const reply = (await key.call('DELETE', '/api/trash/empty')).json()
  expect(reply).toMatchObject({
    success: true,
    deleted: { projects: 1, datasets: 1, models: 2, deployments: 0 },
    totalDeleted: 4,
  })
  const emptied = await trash()
  expect(emptied).toMatchObject({
    items: [],
    total: 0,
    summary: { totalItems: 0, totalSizeBytes: 0 },
    emptying: { jobId: reply.jobId, total: 3, done: 0, finished: false },
  })
  expect((await restore(id, 'project')).statusCode).toBe(404)
  // What comes later stays.
  const later = await project('later')
  await key.call('DELETE', `/api/projects/${later}`)
  await house.runJobs()
  expect(await get(`/api/trash/jobs/${reply.jobId}`)).toMatchObject({ total: 3, done: 3, finished: true })
  const after = await trash()
  expect(after.items).toMatchObject([{ _id: later }])
  expect(after.emptying).toBeUndefined()
  expect(await storage()).toBe(0)
  const told = (await feed()).filter((row) => row.metadata.change === 'trash_emptied')
  expect(told).toHaveLength(1)
})

test('emptying deletes the deployments of models that go, and of no others', async () => {
  const id = await project('roads')
  const at = house.clock.now()
  const stays = await model(id, 'stays')
  const goes = await model(id, 'goes')
  const deployment = (modelId: string, name: string) => ({
    id: modelId.slice(0, 23) + (name === 'edge' ? '1' : '2'),
    workspaceId: person.userId,
    modelId,
    name,
    region: 'us',
    resources: {} as never,
    status: 'stopped' as const,
    createdBy: person.userId,
    createdAt: at,
    updatedAt: at,
  })
  await cell()
    .db.insert(deployments)
    .values([deployment(stays, 'edge'), deployment(goes, 'far')])
  await key.call('DELETE', `/api/models/${goes}`)
  const { deleted, totalDeleted } = (await key.call('DELETE', '/api/trash/empty')).json()
  expect({ deleted, totalDeleted }).toEqual({
    deleted: { projects: 0, datasets: 0, models: 1, deployments: 1 },
    totalDeleted: 2,
  })
  const left = await cell()
    .db.select({ name: deployments.name })
    .from(deployments)
    .where(eq(deployments.workspaceId, person.userId))
  expect(left).toEqual([{ name: 'edge' }])
})

test('every form of emptying is the same, and a key needs the scope admin for each', async () => {
  const forms = [
    ['DELETE', '/api/trash/empty', undefined],
    ['POST', '/api/trash/empty', undefined],
    ['DELETE', '/api/trash', { all: true }],
  ] as const
  const writer = await aKey(house, person, { scopes: ['write'] })
  const admin = await aKey(house, person, { scopes: ['admin'] })
  for (const [method, url, body] of forms) {
    const id = await project('again')
    await key.call('DELETE', `/api/projects/${id}`)
    expect((await writer.call(method, url, body)).json().reason).toBe('scope_missing')
    expect((await admin.call(method, url, body)).json().totalDeleted).toBe(1)
  }
  const id = await project('alone')
  await key.call('DELETE', `/api/projects/${id}`)
  expect((await admin.call('DELETE', '/api/trash', { id, type: 'project' })).json().reason).toBe(
    'scope_missing',
  )
  expect((await writer.call('DELETE', '/api/trash', { itemId: id, type: 'project' })).statusCode).toBe(200)
})

test('after thirty days, at the next 03:00 UTC, a thing is gone with its files, and the feed says that its time was over', async () => {
  const id = await project('roads')
  await model(id, 'first', 100)
  await key.call('DELETE', `/api/projects/${id}`)
  const due = new Date(house.clock.now().getTime() + 30 * day * 1000)
  const untilThree = new Date(due)
  untilThree.setUTCHours(27, 0, 0, 0)
  const pass = async (seconds: number) => {
    house.clock.advance(seconds)
    await house.runSchedules()
    await house.runJobs()
  }
  await pass(30 * day + 60)
  expect((await trash()).items).toMatchObject([{ _id: id, daysRemaining: 0 }])
  await pass((untilThree.getTime() - house.clock.now().getTime()) / 1000 - 1)
  expect((await trash()).items).toHaveLength(1)
  await pass(1)
  expect((await trash()).items).toEqual([])
  expect(await storage()).toBe(0)
  const events = await feed()
  expect(events.at(-1)).toMatchObject({ action: 'deleted', metadata: { reason: 'expired' } })
  await pass(day)
  expect((await feed()).length).toBe(events.length)
})

test('restoring past the model limit is refused with its number, and nothing comes back', async () => {
  const id = await project('full')
  const first = await model(id, 'm0')
  for (let n = 1; n < 100; n++) await model(id, `m${n}`)
  await key.call('DELETE', `/api/models/${first}`)
  await model(id, 'm0')
  const refused = await restore(first, 'model')
  expect(refused.statusCode).toBe(403)
  expect(refused.json()).toMatchObject({
    error: 'Model limit reached (100). Upgrade your plan or delete models.',
    needs: { plan: 'pro' },
  })
  await cell().db.update(workspaces).set({ plan: 'pro' }).where(eq(workspaces.id, person.userId))
  expect((await restore(first, 'model')).json()).toEqual({
    success: true,
    slug: 'm0-2',
    formerSlug: 'm0',
  })
})

test('the trash is filtered by type and name, and paged by number and by cursor, newest or largest first', async () => {
  for (const [slug, bytes] of [
    ['cats', 3],
    ['dogs', 30],
    ['cat-videos', 20],
  ] as const) {
    const id = await aDataset(house, person.userId, slug, [bytes])
    await key.call('DELETE', `/api/datasets/${id}`)
  }
  const id = await project('cat_project')
  await key.call('DELETE', `/api/projects/${id}`)
  const names = async (query: string) => (await trash(query)).items.map(({ name }: { name: string }) => name)
  expect(await names('?type=dataset')).toEqual(['cat-videos', 'dogs', 'cats'])
  expect(await names('?search=CAT')).toEqual(['cat_project', 'cat-videos', 'cats'])
  expect(await names('?search=_')).toEqual(['cat_project'])
  expect(await names('?sort=largest&limit=2')).toEqual(['dogs', 'cat-videos'])
  expect(await names('?limit=3&page=2')).toEqual(['cats'])
  for (const sort of ['newest', 'largest']) {
    const { nextCursor, totalPages } = await trash(`?limit=3&sort=${sort}`)
    expect(totalPages).toBe(2)
    expect(await names(`?limit=3&sort=${sort}&cursor=${nextCursor}`)).toHaveLength(1)
  }
  expect((await key.call('GET', '/api/trash?limit=200&page=51')).json().reason).toBe('page_out_of_range')
  expect((await key.call('GET', '/api/trash?cursor=nonsense')).statusCode).toBe(400)
})

test('a viewer sees the trash of a team and changes nothing in it; nobody else sees it', async () => {
  const viewer = await aPerson(house)
  const team = await aTeam(house, [
    [person, 'owner'],
    [viewer, 'viewer'],
  ])
  const id = await aProject(house, team.id, 'shared')
  const owner = `?owner=${team.username}`
  expect((await viewer.call('DELETE', `/api/projects/${id}${owner}`)).statusCode).toBe(403)
  expect((await person.call('DELETE', `/api/projects/${team.username}/shared`)).statusCode).toBe(200)
  expect((await viewer.call('GET', `/api/trash${owner}`)).json().items).toMatchObject([{ _id: id }])
  const wanted = { id, type: 'project' }
  for (const [method, path, body] of [
    ['POST', '/api/trash', wanted],
    ['DELETE', '/api/trash', wanted],
    ['DELETE', '/api/trash/empty', undefined],
  ] as const)
    expect((await viewer.call(method, path + owner, body)).json().reason).toBe('permission_denied')
  // Its id opens nothing in another workspace.
  expect((await person.call('POST', '/api/trash', wanted)).statusCode).toBe(404)
  expect((await person.call('DELETE', '/api/trash', wanted)).statusCode).toBe(404)
  const stranger = await aPerson(house)
  expect((await stranger.call('GET', `/api/trash${owner}`)).statusCode).toBe(404)
})
