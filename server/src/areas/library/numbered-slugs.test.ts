import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, aRun } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const longest = 'x'.repeat(128)

test('a slug that is as long as one may be is numbered again and again', async () => {
  const person = await aPerson(house)
  const { projectId } = (await person.call('POST', '/api/projects', { slug: longest })).json()
  const slugs = []
  for (let time = 0; time < 3; time++)
    slugs.push((await person.call('POST', `/api/projects/${projectId}/clone`, {})).json().slug)
  expect(slugs).toEqual([2, 3, 4].map((number) => `${longest.slice(0, 126)}-${number}`))
})

test('runs under the name of a trashed project find the numbered one of theirs, however long it is', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const projectOf = async () => {
    const { modelId } = await aRun(key, { project: longest })
    return (await person.call('GET', `/api/models/${modelId}`)).json().model
  }
  const first = await projectOf()
  await person.call('DELETE', `/api/projects/${first.projectId}`)
  const second = await projectOf()
  expect(second.projectSlug).toBe(`${longest.slice(0, 126)}-2`)
  expect((await projectOf()).projectId).toBe(second.projectId)
  await person.call('DELETE', `/api/projects/${second.projectId}`)
  expect((await projectOf()).projectSlug).toBe(`${longest.slice(0, 126)}-3`)
})
