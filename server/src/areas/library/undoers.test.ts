import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { models } from './table.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const undoNewest = async (person: Person, action: string) => {
  const { events } = (await person.call('GET', '/api/activity')).json()
  const event = events.find((one: { action: string }) => one.action === action)
  return person.call('POST', `/api/activity/${event._id}/undo`)
}

const show = async (person: Person, id: string) =>
  (await person.call('GET', `/api/projects/${id}`)).json().project

test('a rename is taken back, name and slug together, and so is who may see it', async () => {
  const person = await aPerson(house)
  const { projectId } = (await person.call('POST', '/api/projects', { name: 'Before', tags: ['a'] })).json()
  await person.call('PATCH', `/api/projects/${projectId}`, { name: 'After', tags: ['b', 'c'] })
  expect((await undoNewest(person, 'updated')).statusCode).toBe(200)
  expect(await show(person, projectId)).toMatchObject({ name: 'Before', slug: 'before', tags: ['a'] })
  await person.call('PATCH', `/api/projects/${projectId}`, { visibility: 'private' })
  expect((await undoNewest(person, 'unshared')).statusCode).toBe(200)
  expect((await show(person, projectId)).visibility).toBe('public')
})

test('what changed again since is not taken back, nor a name that something else has by now', async () => {
  const person = await aPerson(house)
  const { projectId } = (await person.call('POST', '/api/projects', { name: 'One' })).json()
  await person.call('PATCH', `/api/projects/${projectId}`, { name: 'Two' })
  await person.call('POST', '/api/projects', { name: 'One' })
  expect((await undoNewest(person, 'updated')).json().reason).toBe('slug_taken')
  const { projectId: other } = (await person.call('POST', '/api/projects', { name: 'Third' })).json()
  await person.call('PATCH', `/api/projects/${other}`, { tags: ['x'] })
  const { events } = (await person.call('GET', '/api/activity')).json()
  await person.call('PATCH', `/api/projects/${other}`, { tags: ['y'] })
  const late = await person.call('POST', `/api/activity/${events[0]._id}/undo`)
  expect(late.json().reason).toBe('undo_conflict')
})

test('a change of a model is taken back', async () => {
  const person = await aPerson(house)
  const { projectId } = (await person.call('POST', '/api/projects', { name: 'Home' })).json()
  const { modelId } = (await person.call('POST', '/api/models', { projectId, name: 'Old' })).json()
  await person.call('PATCH', `/api/models/${modelId}`, { name: 'New', metadata: { a: { b: 1 } } })
  expect((await undoNewest(person, 'updated')).statusCode).toBe(200)
  expect((await person.call('GET', `/api/models/${modelId}`)).json().model).toMatchObject({
    name: 'Old',
    metadata: {},
  })
})

test('what a running training tells of its model is not taken back beside it', async () => {
  const person = await aPerson(house)
  const { projectId } = (await person.call('POST', '/api/projects', { name: 'Busy' })).json()
  const { modelId } = (await person.call('POST', '/api/models', { projectId, name: 'Busy' })).json()
  await person.call('PATCH', `/api/models/${modelId}`, { epochs: 50 })
  const { db } = house.cells.get('us-1')
  await db.update(models).set({ status: 'running' }).where(eq(models.id, modelId))
  const undone = await undoNewest(person, 'updated')
  expect([undone.statusCode, undone.json().reason]).toEqual([409, 'training_active'])
  await db.update(models).set({ status: 'completed' }).where(eq(models.id, modelId))
  expect((await undoNewest(person, 'updated')).statusCode).toBe(200)
})
