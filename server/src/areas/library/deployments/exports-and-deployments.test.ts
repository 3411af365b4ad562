import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, aRun, aStranger, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { makeId } from '../../../crypto/token.ts'
import { workspaces } from '../../workspaces/table.ts'
import { exports, models } from '../table.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const withWeights = async (person: Person): Promise<string> => {
  const key = await aKey(house, person)
  const { modelId } = await aRun(key)
  const { uploadUrl } = (await key.call('POST', '/api/webhooks/models/upload', { modelId })).json()
  const { pathname, search } = new URL(uploadUrl)
  const octets = { 'content-type': 'application/octet-stream' }
  const sent = await aStranger(house)('PUT', pathname + search, Buffer.from('weights'), octets)
  if (sent.statusCode !== 200) throw new Error(sent.body)
  return modelId
}

const deploy = (person: Person, modelId: string, name = 'Front door') =>
  person.call('POST', '/api/deployments', { modelId, name, region: 'us' })

test('a deployment is written down stopped, listed and deleted; to start it there is no machine', async () => {
  const person = await aPerson(house)
  const modelId = await withWeights(person)
  const made = await deploy(person, modelId)
  expect([made.statusCode, made.json().deployment]).toMatchObject([
    201,
    { status: 'stopped', modelId, resources: { cpu: 1, memoryGi: 2, minInstances: 0, maxInstances: 1 } },
  ])
  const address = `/api/deployments/${made.json().deploymentId}`
  const started = await person.call('POST', `${address}/start`)
  expect([started.statusCode, started.json().reason]).toEqual([503, 'runtime_not_configured'])
  expect((await person.call('GET', '/api/deployments')).json()).toMatchObject({
    deployments: [{ name: 'Front door', modelName: 'train' }],
    used: 1,
    limit: 3,
    canStart: false,
  })
  expect((await person.call('DELETE', address)).statusCode).toBe(200)
  expect((await person.call('GET', address)).json().reason).toBe('deployment_not_found')
  const events = (await person.call('GET', '/api/activity')).json().events.slice(0, 2)
  expect(events.map(({ action }: { action: string }) => action)).toEqual(['deleted', 'created'])
})

test('a plan allows so many deployments; those of models in the trash do not count', async () => {
  const person = await aPerson(house)
  const modelId = await withWeights(person)
  for (const name of ['a', 'b', 'c']) expect((await deploy(person, modelId, name)).statusCode).toBe(201)
  const refused = await deploy(person, modelId, 'd')
  expect(refused.statusCode).toBe(403)
  expect(refused.json()).toMatchObject({ reason: 'deployment_limit_reached', needs: { plan: 'pro' } })
  const { db } = house.cells.get('us-1')
  await db.update(models).set({ trashedAt: house.clock.now() }).where(eq(models.id, modelId))
  expect((await person.call('GET', '/api/deployments')).json()).toMatchObject({ deployments: [], used: 0 })
  expect((await person.call('GET', '/api/storage')).json().usage.deployments.current).toBe(0)
})

test('an export that could be made is answered that nothing here makes it', async () => {
  const person = await aPerson(house)
  const modelId = await withWeights(person)
  const ask = async (body: Record<string, unknown>) => {
    const { statusCode, json } = await person.call('POST', '/api/exports', { modelId, ...body })
    return [statusCode, json().reason]
  }
  expect(await ask({ format: 'onnx' })).toEqual([503, 'runtime_not_configured'])
  expect(await ask({ format: 'engine' })).toEqual([400, 'invalid_request'])
  expect(await ask({ format: 'engine', gpuType: 'rtx-4090' })).toEqual([503, 'runtime_not_configured'])
  expect(await ask({ format: 'word' })).toEqual([400, 'invalid_request'])
  expect((await person.call('GET', '/api/exports')).json()).toEqual({ exports: [] })
})

test('an export is shown to its workspace, kept from a twin, and deleted with what it counted for', async () => {
  const person = await aPerson(house)
  const modelId = await withWeights(person)
  const { db, pool } = house.cells.get('us-1')
  const at = house.clock.now()
  const rows = (['onnx', 'tflite'] as const).map((format) => ({
    id: makeId(at),
    workspaceId: person.userId,
    modelId,
    format,
    status: format === 'onnx' ? ('completed' as const) : ('running' as const),
    sizeBytes: format === 'onnx' ? 1000 : null,
    fileKey: format === 'onnx' ? `exports/${makeId(at)}` : null,
    createdBy: person.userId,
    createdAt: at,
    updatedAt: at,
  }))
  await db.insert(exports).values(rows)
  await pool.query(
    'update workspaces set storage_bytes = storage_bytes + 1000, export_bytes = 1000 where id = $1',
    [person.userId],
  )
  const twin = await person.call('POST', '/api/exports', { modelId, format: 'tflite' })
  expect(twin.json().reason).toBe('export_in_flight')
  const address = `/api/exports/${rows[0]?.id}`
  expect((await person.call('GET', address)).json().export).toMatchObject({ format: 'onnx', sizeBytes: 1000 })
  expect((await (await aPerson(house)).call('GET', address)).statusCode).toBe(404)
  expect((await person.call('DELETE', address)).statusCode).toBe(200)
  const [workspace] = await db.select().from(workspaces).where(eq(workspaces.id, person.userId))
  expect(workspace?.storageBytes).toBe('weights'.length)
})
