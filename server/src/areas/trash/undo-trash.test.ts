import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aPerson, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { aModel, aProject } from '../../../test/trash/things.ts'

let house: TestHouse
let person: Person

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())
beforeEach(async () => {
  person = await aPerson(house)
})

const eventsOf = async (id: string): Promise<{ id: string; name: string; undoOf?: string }[]> => {
  const { rows } = await house.cells.get('us-1').pool.query(
    `select id, resource_type || '/' || action as name, metadata->>'undoOf' as "undoOf"
     from activity_events where resource_id = $1 order by seq`,
    [id],
  )
  return rows
}
const undo = async (id: string) => {
  const event = (await eventsOf(id)).at(-1)
  return { event, reply: await person.call('POST', `/api/activity/${event?.id}/undo`) }
}

test('trashing a project is undone with one click, and so is undoing it', async () => {
  const id = await aProject(house, person.userId, 'roads')
  const inside = await aModel(house, { workspaceId: person.userId, projectId: id }, 'first')
  await person.call('DELETE', `/api/projects/${id}`)
  const back = await undo(id)
  expect(back.reply.statusCode, back.reply.body).toBe(200)
  expect((await person.call('GET', `/api/models/${inside}`)).statusCode).toBe(200)
  expect((await eventsOf(id)).at(-1)).toMatchObject({ name: 'project/restored', undoOf: back.event?.id })
  const again = await undo(id)
  expect(again.reply.statusCode).toBe(200)
  expect((await person.call('GET', `/api/models/${inside}`)).statusCode).toBe(404)
})

test('what is no longer where trashing left it is a conflict: restored and trashed again, or deleted for good', async () => {
  const id = await aProject(house, person.userId, 'roads')
  const trashAgain = async () => person.call('DELETE', `/api/projects/${id}`)
  await trashAgain()
  const [first] = await eventsOf(id)
  await person.call('POST', '/api/trash', { id, type: 'project' })
  await trashAgain()
  const old = await person.call('POST', `/api/activity/${first?.id}/undo`)
  expect(old.json()).toMatchObject({ reason: 'undo_conflict' })
  const last = (await eventsOf(id)).at(-1)
  await person.call('DELETE', '/api/trash', { id, type: 'project' })
  expect((await person.call('POST', `/api/activity/${last?.id}/undo`)).statusCode).toBe(409)
})
