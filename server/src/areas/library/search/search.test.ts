import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

test('the summary counts what there is, and names teams to people only', async () => {
  const person = await aPerson(house, { email: 'ada@engines.example' })
  const team = await aTeam(house, [[person, 'owner']])
  const { projectId } = (await person.call('POST', '/api/projects', { name: 'One' })).json()
  await person.call('POST', '/api/models', { projectId })
  const summary = {
    username: person.username,
    name: `Person ${person.username}`,
    accountType: 'personal',
    plan: 'free',
    creditsCents: 2500,
    counts: { projects: 1, datasets: 0, models: 1 },
  }
  expect((await person.call('GET', '/api/account/summary')).json()).toMatchObject({
    ...summary,
    teams: [{ username: team.username, role: 'owner' }],
  })
  const key = await aKey(house, person, { scopes: ['training'] })
  expect((await key.call('GET', '/api/account/summary')).json()).toEqual({ ...summary, teams: [] })
})

test('search finds pages and things of the workspace by name, and nothing of anybody else', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const { projectId } = (await person.call('POST', '/api/projects', { name: 'Trash sorting' })).json()
  await person.call('POST', '/api/models', { projectId, name: 'trash small' })
  await other.call('POST', '/api/projects', { name: 'Trash of others' })
  const found = (await person.call('GET', '/api/search?q=TRASH')).json()
  expect(found).toMatchObject({
    pages: [{ title: 'Trash' }],
    projects: [{ slug: 'trash-sorting' }],
    models: [{ slug: 'trash-small', projectSlug: 'trash-sorting' }],
    datasets: [],
    deployments: [],
  })
  expect((await person.call('GET', '/api/search?q=sort')).json().projects.length).toBe(1)
  expect((await person.call('GET', '/api/search?q=so')).json().projects.length).toBe(0)
})
