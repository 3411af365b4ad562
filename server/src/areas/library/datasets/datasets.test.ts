import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addImages } from '../../../../test/images.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { datasets } from '../table.ts'

let house: TestHouse
let person: Person

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
})
afterAll(() => house.stop())

const make = async (body: Record<string, unknown>, by: Person = person): Promise<string> => {
  const reply = await by.call('POST', '/api/datasets', body)
  expect(reply.statusCode, reply.body).toBe(201)
  return reply.json().datasetId
}
const shown = async (id: string, by: Person = person) =>
  (await by.call('GET', `/api/datasets/${id}`)).json().dataset
const undoLast = async () => {
  const { events } = (await person.call('GET', '/api/activity?limit=1')).json()
  return person.call('POST', `/api/activity/${events[0]._id}/undo`)
}

test('a dataset is made under a slug of its own, told of, and found by id, slug and path', async () => {
  const reply = await person.call('POST', '/api/datasets', {
    name: 'Night Roads',
    task: 'segment',
    classNames: ['car', 'lane'],
    tags: ['night'],
    license: 'MIT',
  })
  expect(reply.statusCode).toBe(201)
  const { datasetId, ...named } = reply.json()
  expect(named).toEqual({
    id: datasetId,
    slug: 'night-roads',
    owner: person.username,
    dataset: 'night-roads',
    region: 'us',
  })
  for (const path of [datasetId, 'night-roads', `${person.username}/night-roads`])
    expect((await person.call('GET', `/api/datasets/${path}`)).json().dataset).toMatchObject({
      _id: datasetId,
      task: 'segment',
      classNames: ['car', 'lane'],
      status: 'ready',
      visibility: 'public',
      trainable: false,
      lacks: ['train', 'val', 'labels'],
    })
  expect((await person.call('POST', '/api/datasets', { slug: 'night-roads' })).json().reason).toBe(
    'slug_taken',
  )
  const again = await person.call('POST', `/api/datasets/${person.username}`, { name: 'Night roads!' })
  expect(again.json().slug).toBe('night-roads-2')
  const { events } = (await person.call('GET', '/api/activity?limit=1')).json()
  expect(events[0]).toMatchObject({
    resourceType: 'dataset',
    action: 'created',
    resourceName: 'Night roads!',
  })
})

test('a change is told with what was before and undone; names of classes may not become fewer than labels name', async () => {
  const id = await make({ name: 'Cats', classNames: ['cat', 'dog'] })
  const renamed = await person.call('PATCH', `/api/datasets/${id}`, {
    name: 'Big Cats',
    visibility: 'private',
  })
  expect(renamed.json()).toEqual({ success: true, slug: 'big-cats' })
  expect((await undoLast()).statusCode).toBe(200)
  await person.call('PATCH', `/api/datasets/${id}`, { slug: 'felines', description: 'Of the zoo' })
  expect(await shown(id)).toMatchObject({ slug: 'felines', name: 'Big Cats', visibility: 'public' })
  expect((await undoLast()).statusCode).toBe(200)
  expect(await shown(id)).toMatchObject({ slug: 'big-cats' })

  await addImages(house, [{ workspaceId: person.userId, datasetId: id }])
  const fewer = await person.call('PATCH', `/api/datasets/${id}`, { classNames: ['cat'] })
  expect(fewer.json().reason).toBe('invalid_request')
  await person.call('PATCH', `/api/datasets/${id}`, { classNames: ['lion', 'dog', 'tiger'] })
  expect(await shown(id)).toMatchObject({ classNames: ['lion', 'dog', 'tiger'] })
  const cell = house.cells.get('us-1')
  await cell.db.update(datasets).set({ status: 'processing' }).where(eq(datasets.id, id))
  const busy = await person.call('PATCH', `/api/datasets/${id}`, { classNames: ['a', 'b', 'c'] })
  expect(busy.json().reason).toBe('dataset_busy')
})

test('a private dataset is there for its members alone, and a viewer changes nothing', async () => {
  const [viewer, stranger] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [person, 'owner'],
    [viewer, 'viewer'],
  ])
  const reply = await person.call('POST', `/api/datasets?owner=${team.username}`, {
    slug: 'secret',
    visibility: 'private',
  })
  const id = reply.json().datasetId
  const path = `/api/datasets/${team.username}/secret`
  expect((await viewer.call('GET', path)).statusCode).toBe(200)
  expect((await viewer.call('PATCH', `${path}`, { name: 'Mine' })).statusCode).toBe(403)
  expect((await viewer.call('POST', `${path}/export`, {})).statusCode).toBe(403)
  for (const call of [stranger.call, aStranger(house)])
    for (const at of [path, `/api/datasets/${id}`, `${path}/images`, `${path}/export`, `${path}/versions`])
      expect((await call('GET', at)).json().reason).toBe('dataset_not_found')
  const key = await aKey(house, stranger, { scopes: ['models'] })
  expect((await key.call('GET', path)).json().reason).toBe('scope_missing')
})

test('lists go by the last change and by key, with stars and samples where they are asked for', async () => {
  const maker = await aPerson(house)
  const ids: string[] = []
  for (const slug of ['one', 'two', 'three']) {
    ids.push(await make({ slug, visibility: slug === 'two' ? 'private' : 'public' }, maker))
    house.clock.advance(1)
  }
  await addImages(
    house,
    Array.from({ length: 6 }, () => ({ workspaceId: maker.userId, datasetId: ids[0]! })),
  )
  const slugs = (reply: { datasets: { slug: string }[] }) => reply.datasets.map(({ slug }) => slug)
  const first = (await maker.call('GET', '/api/datasets?limit=2')).json()
  expect([slugs(first), first.total]).toEqual([['three', 'two'], 3])
  const rest = (await maker.call('GET', `/api/datasets?limit=2&cursor=${first.nextCursor}`)).json()
  expect([slugs(rest), rest.nextCursor]).toEqual([['one'], undefined])
  expect(slugs((await person.call('GET', `/api/datasets?username=${maker.username}`)).json())).toEqual([
    'three',
    'one',
  ])
  expect((await person.call('GET', `/api/datasets/${maker.username}`)).json().total).toBe(2)
  expect(slugs((await maker.call('GET', '/api/datasets?slug=two')).json())).toEqual(['two'])
  expect((await maker.call('GET', '/api/datasets?region=eu')).json()).toEqual({
    datasets: [],
    total: 0,
    region: 'us',
  })

  expect((await person.call('PATCH', `/api/datasets/${ids[0]}`, { starred: true })).statusCode).toBe(200)
  expect((await person.call('PATCH', `/api/datasets/${ids[0]}`, { name: 'Mine' })).statusCode).toBe(403)
  const starred = (await person.call('GET', `/api/datasets?username=${maker.username}&starred=true`)).json()
  expect(starred.datasets).toMatchObject([{ slug: 'one', starCount: 1, isStarred: true, imageCount: 6 }])

  const [, , sampled] = (await maker.call('GET', '/api/datasets?includeImageUrls=true')).json().datasets
  expect(sampled.sampleImages).toHaveLength(4)
  const link = new URL(sampled.sampleImages[0].thumbnailUrl)
  const thumbnail = await house.http.inject(link.pathname + link.search)
  expect([thumbnail.statusCode, thumbnail.headers['content-type']]).toEqual([200, 'image/webp'])
})

test('images are listed by key and by split, with links that hold a day', async () => {
  const id = await make({ slug: 'paged' })
  const of = { workspaceId: person.userId, datasetId: id }
  await addImages(house, [of, of, { ...of, split: 'val' }])
  const { db } = house.cells.get('us-1')
  await db.update(datasets).set({ trainCount: 2, valCount: 1 }).where(eq(datasets.id, of.datasetId))
  const first = (await person.call('GET', `/api/datasets/${id}/images?limit=2`)).json()
  expect(first).toMatchObject({ total: 3, hasMore: true })
  const rest = (
    await person.call('GET', `/api/datasets/${id}/images?limit=2&cursor=${first.nextCursor}`)
  ).json()
  expect(rest.images).toHaveLength(1)
  const val = (await person.call('GET', `/api/datasets/paged/images?split=val`)).json()
  expect(val).toMatchObject({ total: 1, hasMore: false, images: [{ split: 'val', width: 64, height: 48 }] })
  const link = new URL(val.images[0].url)
  expect((await house.http.inject(link.pathname + link.search)).body).toBe('pixel')
})

test('a version keeps what it shows whatever happens to the dataset, and is named again while nothing does', async () => {
  const id = await make({ slug: 'kept', classNames: ['cat'] })
  const none = await person.call('POST', `/api/datasets/${id}/export`, {})
  expect(none.json().reason).toBe('dataset_empty')
  await addImages(house, [
    { workspaceId: person.userId, datasetId: id, annotations: { boxes: [[0, 0.5, 0.5, 1, 1]] } },
  ])
  const kept = (
    await person.call('POST', `/api/datasets/${id}/export`, { description: 'As it began' })
  ).json()
  expect(kept).toMatchObject({ version: 1 })
  expect(kept.reused).toBeUndefined()
  const again = (await person.call('POST', `/api/datasets/${person.username}/kept/export`, {})).json()
  expect(again).toMatchObject({ version: 1, reused: true })
  const read = async (url: string) => {
    const { pathname, search } = new URL(url)
    expect(pathname).toMatch(/\/kept\.ndjson$/)
    return (await house.http.inject(pathname + search)).body.replace(/\?[^"]*/g, '')
  }
  const before = await read(kept.downloadUrl)
  expect((await person.call('GET', `/api/datasets/${id}/export`)).json().cached).toBe(true)
  await person.call('PATCH', `/api/datasets/${id}`, { classNames: ['lion'] })
  expect((await person.call('GET', `/api/datasets/${id}/export`)).json().cached).toBe(false)
  expect((await person.call('POST', `/api/datasets/${id}/export`, {})).json()).toMatchObject({ version: 2 })
  const first = (await person.call('GET', `/api/datasets/${id}/export?v=1`)).json()
  expect(first.version).toBe(1)
  expect(await read(first.downloadUrl)).toBe(before)

  await person.call('PATCH', `/api/datasets/${id}/export`, { version: 2, description: 'Lions' })
  const { versions } = (await person.call('GET', `/api/datasets/${id}/versions`)).json()
  expect(versions).toMatchObject([
    { version: 2, description: 'Lions', imageCount: 1 },
    { version: 1, description: 'As it began', classCount: 1 },
  ])
  expect((await person.call('GET', `/api/datasets/${id}/export?v=9`)).json().reason).toBe('version_not_found')
})

test('the list is searched within names, narrowed, sorted as asked, and paged in every order', async () => {
  const reader = await aPerson(house)
  for (const [name, task, visibility] of [
    ['Bees', 'detect', 'public'],
    ['ants of 100%', 'pose', 'private'],
    ['Wasps and bees', 'detect', 'private'],
    ['Cats', 'segment', 'public'],
  ]) {
    house.clock.advance(1)
    await make({ name, task, visibility }, reader)
  }
  const list = async (query: string) => (await reader.call('GET', `/api/datasets?${query}`)).json()
  const names = ({ datasets: found }: { datasets: { name: string }[] }) => found.map(({ name }) => name)
  expect(names(await list('sort=name-asc'))).toEqual(['ants of 100%', 'Bees', 'Cats', 'Wasps and bees'])
  expect(names(await list('sort=oldest'))[0]).toBe('Bees')
  const found = await list('q=BEE&sort=newest')
  expect([names(found), found.total]).toEqual([['Wasps and bees', 'Bees'], 2])
  expect(names(await list('q=0%25'))).toEqual(['ants of 100%'])
  expect(names(await list('task=detect&visibility=private'))).toEqual(['Wasps and bees'])
  expect((await list('status=failed')).total).toBe(0)
  const pages = [await list('sort=name-desc&limit=3'), await list('sort=name-desc&limit=3&offset=3')]
  expect(pages.flatMap(names)).toEqual(['Wasps and bees', 'Cats', 'Bees', 'ants of 100%'])
  expect(pages.map(({ total }) => total)).toEqual([4, 4])
  const { nextCursor } = await list('limit=1')
  expect((await list(`cursor=${nextCursor}&sort=stars`)).reason).toBe('invalid_request')
  expect((await list('offset=9999&limit=2')).reason).toBe('page_out_of_range')
})

test('lists and versions count classes without telling all of them', async () => {
  const maker = await aPerson(house)
  const classNames = Array.from({ length: 150 }, (_, index) => `kind ${index}`)
  const id = await make({ slug: 'kinds', classNames }, maker)
  await addImages(house, [{ workspaceId: maker.userId, datasetId: id }])
  const [listed] = (await maker.call('GET', '/api/datasets')).json().datasets
  expect(listed).toMatchObject({ classCount: 150, classNames: classNames.slice(0, 100) })
  expect(await shown(id, maker)).toMatchObject({ classCount: 150, classNames })
  await maker.call('POST', `/api/datasets/${id}/export`, {})
  const { versions } = (await maker.call('GET', `/api/datasets/${id}/versions`)).json()
  expect(versions[0]).toMatchObject({ version: 1, classCount: 150 })
  const long = Array.from({ length: 6000 }, (_, index) => `${index}`.padEnd(100, 'x'))
  const refused = await maker.call('PATCH', `/api/datasets/${id}`, { classNames: long })
  expect(refused.json().reason).toBe('invalid_request')
})
