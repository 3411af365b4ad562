import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, aRun, sendEvent } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const complete = { results: { metrics: { fitness: 0.5 } }, classNames: ['person'], plots: [] }

test('who started a run is told by mail that it is complete, once, with the page of the model', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const { modelId } = await aRun(key)
  for (let times = 0; times < 2; times++)
    await sendEvent(key, 'training_complete', { modelId, data: complete })
  await house.runJobs()
  const mails = house.mailbox.list(person.email)
  expect(mails.map(({ subject }) => subject)).toEqual(['Training of train is complete'])
  expect(mails[0]?.text).toContain(`http://localhost:3000/${person.username}/first-project/train\n`)
})

test('a run that fell silent is told as failed', async () => {
  const person = await aPerson(house)
  await aRun(await aKey(house, person))
  house.clock.advance(4 * 3600 + 60)
  await house.runSchedules()
  await house.runJobs()
  expect(house.mailbox.list(person.email)[0]?.subject).toBe('Training of train has failed')
})

test('whoever wants no mail about training gets none', async () => {
  const person = await aPerson(house)
  const preferences = { mail: { trainingComplete: false } }
  expect((await person.call('PATCH', '/api/settings/preferences', preferences)).statusCode).toBe(200)
  const key = await aKey(house, person)
  const { modelId } = await aRun(key)
  await sendEvent(key, 'training_complete', { modelId, data: complete })
  await house.runJobs()
  expect(house.mailbox.list(person.email)).toEqual([])
})
