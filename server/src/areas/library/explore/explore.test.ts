import { afterAll, beforeAll, expect, test } from 'vitest'
import { addImages } from '../../../../test/images.ts'
import { aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse
let us: Person
let eu: Person

const make = async (person: Person, name: string, more: Record<string, unknown> = {}) => {
  house.clock.advance(1)
  return (await person.call('POST', '/api/projects', { name, ...more })).json().projectId as string
}

beforeAll(async () => {
  house = await startTestHouse()
  us = await aPerson(house)
  eu = await aPerson(house, { region: 'eu' })
  const ids = [
    await make(us, 'Apple orchard'),
    await make(eu, 'Bee hives'),
    await make(us, 'Cherry pits'),
    await make(eu, 'apple worms'),
  ]
  await make(us, 'Apple secrets', { visibility: 'private' })
  await make(us, 'Apple archive')
  await us.call('PATCH', '/api/projects/apple-archive', { archived: true })
  for (const id of ids.slice(1, 3)) await us.call('PATCH', `/api/projects/${id}`, { starred: true })
  await eu.call('PATCH', `/api/projects/${ids[2]}`, { starred: true })
  for (const name of ['a', 'b'])
    await us.call('POST', '/api/models', { projectId: ids[0], name, task: 'pose' })
}, 60_000)
afterAll(() => house.stop())

const explore = async (query: string, call = aStranger(house)) =>
  (await call('GET', `/api/explore/search?${query}`)).json()
const names = ({ projects }: { projects: { name: string }[] }) => projects.map(({ name }) => name)

test('everybody sees what is public in every region, in each of the orders', async () => {
  expect(names(await explore('sort=newest'))).toEqual([
    'apple worms',
    'Cherry pits',
    'Bee hives',
    'Apple orchard',
  ])
  expect(names(await explore('sort=oldest'))[0]).toBe('Apple orchard')
  expect(names(await explore('sort=name-asc'))).toEqual([
    'Apple orchard',
    'apple worms',
    'Bee hives',
    'Cherry pits',
  ])
  expect(names(await explore('sort=name-desc'))[0]).toBe('Cherry pits')
  expect(names(await explore('sort=stars')).slice(0, 2)).toEqual(['Cherry pits', 'Bee hives'])
  expect(names(await explore('sort=count-desc'))[0]).toBe('Apple orchard')
})

test('a page continues where the last one ended, across regions', async () => {
  const pages = [await explore('sort=name-asc&limit=3'), await explore('sort=name-asc&limit=3&offset=3')]
  expect(pages.map(({ hasMore }) => hasMore)).toEqual([true, false])
  expect(pages.flatMap(names)).toEqual(['Apple orchard', 'apple worms', 'Bee hives', 'Cherry pits'])
  const far = await aStranger(house)('GET', '/api/explore/search?offset=9990&limit=20')
  expect([far.statusCode, far.json().reason]).toEqual([400, 'page_out_of_range'])
})

test('words are found anywhere in a name, one letter at its beginning, and signs mean themselves', async () => {
  expect(names(await explore('q=APPLE&sort=name-asc'))).toEqual(['Apple orchard', 'apple worms'])
  expect(names(await explore('q=hive'))).toEqual(['Bee hives'])
  expect(names(await explore('q=c'))).toEqual(['Cherry pits'])
  expect(names(await explore('q=%25%25%25'))).toEqual([])
})

test('an author, a task and one\u2019s own stars narrow it', async () => {
  expect(names(await explore(`author=${eu.username}&sort=newest`))).toEqual(['apple worms', 'Bee hives'])
  expect(await explore('author=nobody-at-all')).toMatchObject({ projects: [], hasMore: false })
  expect(names(await explore('task=pose'))).toEqual(['Apple orchard'])
  expect(names(await explore('starred=true&sort=newest', eu.call))).toEqual(['Cherry pits'])
  expect((await aStranger(house)('GET', '/api/explore/search?starred=true')).statusCode).toBe(401)
  expect((await explore('type=datasets')).projects).toEqual([])
})

test('a public dataset is shown with some of its images, a private one not at all', async () => {
  const { datasetId } = (await us.call('POST', '/api/datasets', { name: 'Orchard leaves' })).json()
  await us.call('POST', '/api/datasets', { name: 'Orchard secrets', visibility: 'private' })
  const [imageId] = await addImages(house, [{ workspaceId: us.userId, datasetId, file: 'leaf.jpg' }])
  const { datasets } = await explore('type=datasets&q=orchard')
  expect(datasets).toMatchObject([
    { name: 'Orchard leaves', sampleImages: [{ _id: imageId, file: 'leaf.jpg' }] },
  ])
  const { pathname, search } = new URL(datasets[0].sampleImages[0].thumbnailUrl)
  expect((await aStranger(house)('GET', pathname + search)).statusCode).toBe(200)
})

test('what stands beside it shows the most starred, the newest, and the reader\u2019s own', async () => {
  const { popular, newest, starred } = (await eu.call('GET', '/api/explore/sidebar')).json()
  expect([names(popular)[0], names(newest)[0], names(starred)]).toEqual([
    'Cherry pits',
    'apple worms',
    ['Cherry pits'],
  ])
})

test('a region that does not answer is left out and named', async () => {
  const pool = house.cells.get('eu-1').pool
  const lost = Object.assign(new Error('no'), { code: 'ECONNREFUSED', syscall: 'connect' })
  const connect = pool.connect
  pool.connect = (() => Promise.reject(lost)) as typeof pool.connect
  try {
    const found = await explore('sort=name-asc')
    expect(names(found)).toEqual(['Apple orchard', 'Cherry pits'])
    expect(found.unreachable).toEqual(['eu'])
  } finally {
    pool.connect = connect
  }
})
