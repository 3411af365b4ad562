import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pictureForm } from '../../../../test/hostile/identity-bases.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { projects } from '../table.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const make = async (person: Pick<Person, 'call'>, body: Record<string, unknown>, owner?: string) =>
  (await person.call('POST', `/api/projects${owner ? `?owner=${owner}` : ''}`, body)).json()

const eventsOf = async (person: Person): Promise<Record<string, unknown>[]> =>
  (await person.call('GET', '/api/activity')).json().events

test('a new project answers what older and newer clients read, is public, and is told to the feed', async () => {
  const person = await aPerson(house)
  const reply = await person.call('POST', '/api/projects', { name: 'Traffic Signs', tags: ['road'] })
  expect(reply.statusCode).toBe(201)
  const { projectId } = reply.json()
  expect(reply.json()).toEqual({
    projectId,
    id: projectId,
    slug: 'traffic-signs',
    owner: person.username,
    project: 'traffic-signs',
    region: 'us',
  })
  const { project } = (await aStranger(house)('GET', `/api/projects/${person.username}/traffic-signs`)).json()
  expect(project).toMatchObject({
    name: 'Traffic Signs',
    visibility: 'public',
    tags: ['road'],
    starCount: 0,
    isStarred: false,
    archived: false,
    modelCount: 0,
  })
  expect((await eventsOf(person))[0]).toMatchObject({
    resourceType: 'project',
    action: 'created',
    resourceName: 'Traffic Signs',
  })
})

test('a slug that somebody asks for is theirs or refused, one made of a name is made free', async () => {
  const person = await aPerson(house)
  await make(person, { slug: 'cats', name: 'Cats' })
  const again = await person.call('POST', '/api/projects', { project: 'cats' })
  expect([again.statusCode, again.json().reason]).toEqual([409, 'slug_taken'])
  expect((await make(person, { name: 'Cats' })).slug).toBe('cats-2')
  const nameless = await person.call('POST', '/api/projects', { name: '\u732b' })
  expect(nameless.statusCode).toBe(400)
  expect((await make(person, { name: '\u732b', slug: 'neko' })).slug).toBe('neko')
})

test('what a key of the newer clients makes by path lands in the workspace of the path, and nowhere else', async () => {
  const person = await aPerson(house)
  const key = await aKey(house, person, { scopes: ['models'] })
  const made = await key.call('POST', `/api/projects/${person.username}`, { project: 'by-path' })
  expect([made.statusCode, made.json().project]).toEqual([201, 'by-path'])
  const other = await aPerson(house)
  expect((await key.call('POST', `/api/projects/${other.username}`, { project: 'x' })).statusCode).toBe(403)
  expect((await person.call('POST', `/api/projects/${other.username}`, { project: 'x' })).json().reason).toBe(
    'workspace_not_found',
  )
})

test('Enterprise workspaces begin private and under their own licence, by hand and by a training', async () => {
  const person = await aPerson(house)
  const team = await aTeam(house, [[person, 'owner']])
  const { projectId } = await make(person, { name: 'Secret' }, team.username)
  const { project } = (await person.call('GET', `/api/projects/${projectId}?owner=${team.username}`)).json()
  expect(project).toMatchObject({ visibility: 'private', license: 'Ultralytics-Enterprise' })
  expect((await aStranger(house)('GET', `/api/projects/${team.username}/secret`)).statusCode).toBe(404)
})

test('a new name moves the slug, and the feed keeps what it was', async () => {
  const person = await aPerson(house)
  const { projectId } = await make(person, { name: 'First try' })
  const reply = await person.call('PATCH', `/api/projects/${projectId}`, {
    name: 'Second try',
    description: 'Better',
  })
  expect(reply.json()).toEqual({ success: true, slug: 'second-try' })
  expect((await person.call('GET', `/api/projects/${person.username}/first-try`)).statusCode).toBe(404)
  expect((await eventsOf(person))[0]).toMatchObject({
    action: 'updated',
    metadata: {
      before: { name: 'First try', slug: 'first-try', description: '' },
      after: { name: 'Second try', slug: 'second-try', description: 'Better' },
    },
  })
  await make(person, { name: 'Taken' })
  const taken = await person.call('PATCH', '/api/projects/second-try', { name: 'Taken' })
  expect([taken.statusCode, taken.json().reason]).toEqual([409, 'slug_taken'])
})

test('a change that changes nothing tells nothing', async () => {
  const person = await aPerson(house)
  const { projectId } = await make(person, { name: 'Same', tags: ['a'], metadata: { b: 1, a: { c: 2 } } })
  const before = (await eventsOf(person)).length
  const same = { name: 'Same', tags: ['a'], metadata: { a: { c: 2 }, b: 1 }, visibility: 'public' }
  expect((await person.call('PATCH', `/api/projects/${projectId}`, same)).statusCode).toBe(200)
  expect((await eventsOf(person)).length).toBe(before)
})

test('showing a project to the world and hiding it are events of their own', async () => {
  const person = await aPerson(house)
  const { projectId } = await make(person, { name: 'Shy', visibility: 'private' })
  const address = `/api/projects/${projectId}`
  expect((await aStranger(house)('GET', address)).statusCode).toBe(404)
  await person.call('PATCH', address, { visibility: 'public' })
  expect((await aStranger(house)('GET', address)).statusCode).toBe(200)
  await person.call('PATCH', address, { visibility: 'private' })
  expect((await eventsOf(person)).slice(0, 2).map(({ action }) => action)).toEqual(['unshared', 'shared'])
})

test('a star is a person\u2019s own, counted once, and given to what is public elsewhere', async () => {
  const maker = await aPerson(house)
  const fan = await aPerson(house, { region: 'eu' })
  const { projectId } = await make(maker, { name: 'Lovely' })
  const address = `/api/projects/${projectId}`
  for (const _twice of [1, 2]) await fan.call('PATCH', address, { starred: true })
  expect((await fan.call('GET', address)).json().project).toMatchObject({ starCount: 1, isStarred: true })
  expect((await maker.call('GET', address)).json().project).toMatchObject({ starCount: 1, isStarred: false })
  expect((await fan.call('PATCH', address, { starred: true, name: 'Mine' })).statusCode).toBe(403)
  await fan.call('PATCH', address, { starred: false })
  await fan.call('PATCH', address, { starred: false })
  expect((await maker.call('GET', address)).json().project.starCount).toBe(0)
})

test('a picture is shown to whoever sees the project, and to nobody else', async () => {
  const person = await aPerson(house)
  const { projectId } = await make(person, { name: 'Drawn' })
  const form = { 'content-type': 'multipart/form-data; boundary=gatehouse-test' }
  const set = await person.call(
    'POST',
    `/api/projects/${projectId}/icon`,
    pictureForm('gatehouse-test'),
    form,
  )
  expect(set.statusCode).toBe(200)
  const { pathname } = new URL(set.json().downloadUrl)
  const shown = await aStranger(house)('GET', pathname)
  expect([shown.statusCode, shown.headers['content-type']]).toEqual([200, 'image/webp'])
  expect((await person.call('GET', '/api/projects')).json().projects[0].imageUrl).toBe(set.json().downloadUrl)
  await person.call('PATCH', `/api/projects/${projectId}`, { visibility: 'private' })
  expect((await aStranger(house)('GET', pathname)).statusCode).toBe(404)
  expect((await person.call('GET', pathname)).statusCode).toBe(200)
  await person.call('DELETE', `/api/projects/${person.username}/drawn/icon`)
  expect((await person.call('GET', pathname)).json().reason).toBe('icon_not_found')
})

test('a list of any length is read page by page, each project once', async () => {
  const person = await aPerson(house)
  for (let n = 0; n < 7; n++) {
    if (n % 2) house.clock.advance(1)
    await make(person, { name: `Number ${n}` })
  }
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const {
      projects: page,
      nextCursor,
      total,
    } = (await person.call('GET', `/api/projects?limit=3${cursor && `&cursor=${cursor}`}`)).json()
    expect(total).toBe(7)
    seen.push(...page.map(({ slug }: { slug: string }) => slug))
    if (!nextCursor) break
    cursor = nextCursor
  }
  expect([...seen].sort()).toEqual(Array.from({ length: 7 }, (_, n) => `number-${n}`))
})

test('a project counts its living models by itself', async () => {
  const person = await aPerson(house)
  const { projectId } = await make(person, { name: 'Counted' })
  for (const name of ['a', 'b', 'c']) await person.call('POST', '/api/models', { projectId, name })
  const { db } = house.cells.get('us-1')
  const [row] = await db.select().from(projects).where(eq(projects.id, projectId))
  expect(row?.modelCount).toBe(3)
})

test('the list is searched within names, sorted as asked, and paged in every order', async () => {
  const person = await aPerson(house)
  for (const name of ['Bees', 'ants of 100%', 'Wasps and bees', 'Cats']) {
    house.clock.advance(1)
    await make(person, { name })
  }
  const list = async (query: string) => (await person.call('GET', `/api/projects?${query}`)).json()
  const names = ({ projects: found }: { projects: { name: string }[] }) => found.map(({ name }) => name)
  expect(names(await list('sort=name-asc'))).toEqual(['ants of 100%', 'Bees', 'Cats', 'Wasps and bees'])
  expect(names(await list('sort=oldest'))[0]).toBe('Bees')
  const found = await list('q=BEE&sort=newest')
  expect([names(found), found.total]).toEqual([['Wasps and bees', 'Bees'], 2])
  expect(names(await list('q=0%25'))).toEqual(['ants of 100%'])
  await person.call('PATCH', '/api/projects/cats', { visibility: 'private' })
  expect(names(await list('visibility=private'))).toEqual(['Cats'])
  expect(names(await list('q=%25%25'))).toEqual([])
  const pages = [await list('sort=name-desc&limit=3'), await list('sort=name-desc&limit=3&offset=3')]
  expect(pages.flatMap(names)).toEqual(['Wasps and bees', 'Cats', 'Bees', 'ants of 100%'])
  expect(pages.map(({ total }) => total)).toEqual([4, 4])
  const { nextCursor } = await list('limit=1')
  expect((await list(`cursor=${nextCursor}&sort=stars`)).reason).toBe('invalid_request')
  expect((await list('offset=9999&limit=2')).reason).toBe('page_out_of_range')
})
