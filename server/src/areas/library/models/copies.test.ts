import { readdir } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aKey, aPerson, aRun, aStranger, type Person, sendEvent } from '../../../../test/people.ts'
import { addMember, aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { makeId } from '../../../crypto/token.ts'
import { workspaces } from '../../workspaces/table.ts'
import { models, uploads } from '../table.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const weights = Buffer.from('some weights that travel')

/** A trained model with weights, and its project. */
const trained = async (person: Person, project = 'origin') => {
  const key = await aKey(house, person)
  const run = await aRun(key, { project })
  const asked = await key.call('POST', '/api/webhooks/models/upload', {
    modelId: run.modelId,
    filename: 'best.pt',
  })
  const { uploadUrl, gcsPath } = asked.json()
  const { pathname, search } = new URL(uploadUrl)
  const octets = { 'content-type': 'application/octet-stream' }
  const sent = await aStranger(house)('PUT', pathname + search, weights, octets)
  if (sent.statusCode !== 200) throw new Error(sent.body)
  const data = { results: { modelPath: gcsPath, metrics: { mAP50: 0.7 } } }
  await sendEvent(key, 'training_complete', { modelId: run.modelId, data })
  const { model } = (await person.call('GET', `/api/models/${run.modelId}`)).json()
  return { modelId: run.modelId, projectId: model.projectId as string }
}

const downloaded = async (person: Person, modelId: string): Promise<string | undefined> => {
  const { files } = (await person.call('GET', `/api/models/${modelId}/files`)).json()
  if (!files[0]) return undefined
  const { pathname, search } = new URL(files[0].downloadUrl)
  return (await aStranger(house)('GET', pathname + search)).body
}

const storedBytes = async (person: Person, cellId: string): Promise<number | undefined> => {
  const [row] = await house.cells
    .get(cellId)
    .db.select()
    .from(workspaces)
    .where(eq(workspaces.id, person.userId))
  return row?.storageBytes
}

test('a copy into another region has the models, their metrics and their weights, and counts at once', async () => {
  const maker = await aPerson(house)
  const fan = await aPerson(house, { region: 'eu' })
  const { projectId } = await trained(maker)
  await maker.call('POST', '/api/models', { projectId, name: 'not trained' })
  const reply = await fan.call('POST', `/api/projects/${projectId}/clone`, { name: 'My own' })
  expect([reply.statusCode, reply.json()]).toMatchObject([
    201,
    { slug: 'my-own', owner: fan.username, region: 'eu', clonedModels: 1 },
  ])
  expect(await storedBytes(fan, 'eu-1')).toBe(weights.length)
  const { models } = (await fan.call('GET', `/api/projects/${fan.username}/my-own`)).json()
  expect(models[0]).toMatchObject({ slug: 'train', status: 'completed', metrics: { mAP50: 0.7 } })
  expect(await downloaded(fan, models[0]._id)).toBeUndefined()
  await house.runJobs()
  expect(await downloaded(fan, models[0]._id)).toBe(weights.toString())
  expect((await fan.call('GET', '/api/activity')).json().events[0]).toMatchObject({
    action: 'cloned',
    resourceName: 'My own',
    metadata: { from: `${maker.username}/origin`, models: 1 },
  })
})

test('where the original goes before its bytes were copied, what was counted is given back', async () => {
  const maker = await aPerson(house)
  const fan = await aPerson(house)
  const { modelId } = await trained(maker)
  await fan.call('POST', '/api/projects', { slug: 'mine' })
  await fan.call('POST', `/api/models/${modelId}/clone`, { targetProjectSlug: 'mine' })
  expect(await storedBytes(fan, 'us-1')).toBe(weights.length)
  const { pool, db } = house.cells.get('us-1')
  await pool.query('update models set weights_upload_id = null where id = $1', [modelId])
  await db.delete(uploads).where(eq(uploads.modelId, modelId))
  await house.runJobs()
  expect(await storedBytes(fan, 'us-1')).toBe(0)
})

test('a copy that the storage of the plan has no room for leaves nothing behind', async () => {
  const maker = await aPerson(house)
  const fan = await aPerson(house)
  const { projectId } = await trained(maker)
  await house.cells
    .get('us-1')
    .db.update(workspaces)
    .set({ storageBytes: 100 * 2 ** 30 })
    .where(eq(workspaces.id, fan.userId))
  const refused = await fan.call('POST', `/api/projects/${projectId}/clone`, {})
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'storage_limit_exceeded'])
  expect((await fan.call('GET', '/api/projects')).json().projects).toEqual([])
})

test('a copyleft licence comes with every copy, and stays through copies of copies', async () => {
  const maker = await aPerson(house)
  const fan = await aPerson(house)
  const { modelId, projectId } = await trained(maker)
  await maker.call('PATCH', `/api/projects/${projectId}`, { license: 'AGPL-3.0' })
  const other = await fan.call('POST', `/api/projects/${projectId}/clone`, { license: 'MIT' })
  expect([other.statusCode, other.json().reason]).toEqual([409, 'license_locked'])
  const first = (await fan.call('POST', `/api/projects/${projectId}/clone`, { slug: 'one' })).json()
  const again = (await fan.call('POST', `/api/projects/${first.projectId}/clone`, { slug: 'two' })).json()
  for (const { projectId: copy } of [first, again]) {
    const { project, models } = (await fan.call('GET', `/api/projects/${copy}`)).json()
    expect(project).toMatchObject({ license: 'AGPL-3.0', licenseLocked: true })
    expect(models[0]).toMatchObject({ license: 'AGPL-3.0', licenseLocked: true })
    expect((await fan.call('PATCH', `/api/projects/${copy}`, { license: 'MIT' })).statusCode).toBe(409)
    expect((await fan.call('PATCH', `/api/models/${models[0]._id}`, { license: '' })).statusCode).toBe(409)
  }
  await fan.call('POST', '/api/projects', { slug: 'free', license: 'MIT' })
  const copy = await fan.call('POST', `/api/models/${modelId}/clone`, { targetProjectSlug: 'free' })
  expect(copy.statusCode).toBe(201)
  expect((await fan.call('GET', `/api/models/${copy.json().modelId}`)).json().model.license).toBe('AGPL-3.0')
})

test('what is private is copied by those who may download it, and is not there for others', async () => {
  const [maker, viewer, stranger] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [[maker, 'owner']])
  await addMember(house, { ...team, cellId: 'us-1' }, viewer.userId, 'viewer')
  const made = await maker.call('POST', `/api/projects?owner=${team.username}`, { name: 'Hidden' })
  const address = `/api/projects/${made.json().projectId}/clone`
  expect((await stranger.call('POST', address, {})).statusCode).toBe(404)
  expect((await viewer.call('POST', address, {})).statusCode).toBe(403)
  const copied = await maker.call('POST', address, { owner: maker.username })
  expect([copied.statusCode, copied.json().owner]).toEqual([201, maker.username])
})

test('only a completed model is copied, under the first free name of the project it goes to', async () => {
  const person = await aPerson(house)
  const { modelId } = await trained(person)
  const copy = async (id: string, rest = {}) =>
    person.call('POST', `/api/models/${id}/clone`, { targetProjectSlug: 'origin', ...rest })
  expect((await copy(modelId)).json()).toMatchObject({ modelSlug: 'train-2', projectSlug: 'origin' })
  expect((await copy(modelId, { modelName: 'Another' })).json()).toMatchObject({ modelSlug: 'another' })
  expect((await copy(modelId, { targetProjectSlug: 'nowhere' })).json().reason).toBe('project_not_found')
  const { projectId } = (await person.call('POST', '/api/projects', { slug: 'raw' })).json()
  const raw = (await person.call('POST', '/api/models', { projectId })).json().modelId
  expect((await copy(raw)).json().reason).toBe('model_not_completed')
})

test('the copy of something private is private, unless its visibility is named', async () => {
  const person = await aPerson(house)
  const made = await person.call('POST', '/api/projects', { name: 'Secret', visibility: 'private' })
  const address = `/api/projects/${made.json().projectId}/clone`
  const visibilityOf = async (body: Record<string, unknown>) => {
    const { projectId } = (await person.call('POST', address, body)).json()
    return (await person.call('GET', `/api/projects/${projectId}`)).json().project.visibility
  }
  expect(await visibilityOf({})).toBe('private')
  expect(await visibilityOf({ visibility: 'public' })).toBe('public')
})

test('a private model is shown to everybody only when that is asked for', async () => {
  const person = await aPerson(house)
  const secret = await person.call('POST', '/api/projects', { name: 'Secret', visibility: 'private' })
  const { projectId } = secret.json()
  const told = { projectId, metrics: { mAP50: 0.5 } }
  const { modelId } = (await person.call('POST', '/api/models', told)).json()
  await person.call('POST', '/api/projects', { slug: 'open', visibility: 'public' })
  await person.call('POST', '/api/projects', { slug: 'closed', visibility: 'private' })
  const copy = async (body: Record<string, unknown>) => {
    const reply = await person.call('POST', `/api/models/${modelId}/clone`, body)
    return [reply.statusCode, reply.json().reason]
  }
  expect(await copy({ targetProjectSlug: 'open' })).toEqual([400, 'invalid_request'])
  expect(await copy({ targetProjectSlug: 'closed' })).toEqual([201, undefined])
  expect(await copy({ targetProjectSlug: 'open', showPublicly: true })).toEqual([201, undefined])
})

test('each of many copies has all that was told of its original', async () => {
  const person = await aPerson(house)
  const { projectId } = (await person.call('POST', '/api/projects', { slug: 'many' })).json()
  const toldOf = (n: number) => ({
    metadata: { n },
    trainArgs: { lr: n },
    trainResults: [{ epoch: n, metrics: { loss: n } }],
  })
  for (let n = 0; n < 25; n++)
    await person.call('POST', '/api/models', {
      projectId,
      slug: `m-${n}`,
      metrics: { mAP50: 0.1 },
      ...toldOf(n),
    })
  const copied = await person.call('POST', `/api/projects/${projectId}/clone`, { slug: 'again' })
  expect([copied.statusCode, copied.json().clonedModels]).toEqual([201, 25])
  const { models: listed } = (await person.call('GET', `/api/projects/${person.username}/again`)).json()
  expect(listed).toHaveLength(25)
  for (const { _id, slug } of listed)
    expect((await person.call('GET', `/api/models/${_id}`)).json().model).toMatchObject(
      toldOf(Number(slug.slice(2))),
    )
})

/** A copy whose weights are still to come. */
const aWaitingCopy = async () => {
  const [maker, fan] = [await aPerson(house), await aPerson(house)]
  const { modelId } = await trained(maker)
  await fan.call('POST', '/api/projects', { slug: 'mine' })
  const copied = await fan.call('POST', `/api/models/${modelId}/clone`, { targetProjectSlug: 'mine' })
  const copyId: string = copied.json().modelId
  const { db } = house.cells.get('us-1')
  const [upload] = await db.select().from(uploads).where(eq(uploads.modelId, copyId))
  if (!upload) throw new Error('Nothing was counted for the copy')
  return { fan, copyId, uploadId: upload.id, db }
}

test('of a copy that is purged while its bytes flow, no file stays', async () => {
  const { uploadId, db } = await aWaitingCopy()
  const stage = house.files.stage.bind(house.files)
  const staging = vi.spyOn(house.files, 'stage').mockImplementationOnce(async (...file) => {
    await db.delete(uploads).where(eq(uploads.id, uploadId))
    return stage(...file)
  })
  await house.runJobs()
  staging.mockRestore()
  expect(await readdir(`${house.filesDir}/us/weights`)).not.toContain(uploadId)
})

test('a copy that got other weights first keeps them, and what was counted for the copied ones is given back', async () => {
  const { fan, copyId, uploadId, db } = await aWaitingCopy()
  const [copied] = await db.select().from(uploads).where(eq(uploads.id, uploadId))
  if (!copied) throw new Error('The upload is gone')
  const own = makeId(house.clock.now())
  await db.insert(uploads).values({ ...copied, id: own, sizeBytes: 1 })
  await db.update(models).set({ weightsUploadId: own }).where(eq(models.id, copyId))
  await house.runJobs()
  await house.runJobs()
  expect(await storedBytes(fan, 'us-1')).toBe(0)
  const [model] = await db.select().from(models).where(eq(models.id, copyId))
  expect(model?.weightsUploadId).toBe(own)
  expect(await readdir(`${house.filesDir}/us/weights`)).not.toContain(uploadId)
})
