import { afterAll, beforeAll, expect, test } from 'vitest'
import { ActivityEvent } from '#contract/activity.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { recordActivity } from './record-activity.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

type Feed = { events: ActivityEvent[]; total: number; unseenCount: number; nextCursor?: string }

const feed = async (person: Person, query = ''): Promise<Feed> => {
  const reply = await person.call('GET', `/api/activity${query}`)
  expect(reply.statusCode, reply.body).toBe(200)
  return reply.json()
}
const names = ({ events }: Feed) => events.map((event) => event.resourceName)
const idsOf = ({ events }: Feed) => events.map((event) => event._id)
const mark = (person: Person, what: 'mark-seen' | 'archive', body: object, query = '') =>
  person.call('POST', `/api/activity/${what}${query}`, body)

/** Somebody whose feed holds `count` events named 1, 2, 3 …, a minute apart, above the one of their onboarding. */
const aPersonWithEvents = async (count: number): Promise<Person> => {
  const person = await aPerson(house)
  const doer = { userId: person.userId, workspaceId: person.userId }
  for (let n = 1; n <= count; n++) {
    house.clock.advance(60)
    await house.cells
      .get('us-1')
      .db.transaction((tx) =>
        recordActivity(tx, 'model/created', doer, { id: `m${n}`, name: `event ${n}` }, house.clock.now()),
      )
  }
  return person
}

test('the feed is newest first and tells who did what to what', async () => {
  const person = await aPersonWithEvents(1)
  const { events, total, unseenCount } = await feed(person)
  expect([total, unseenCount]).toEqual([2, 2])
  expect(events[0]).toEqual({
    _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    userId: person.userId,
    userEmail: person.email,
    userName: `Person ${person.username}`,
    action: 'created',
    resourceType: 'model',
    resourceId: 'm1',
    resourceName: 'event 1',
    timestamp: house.clock.now().toISOString(),
    seen: false,
    archived: false,
    resourceDeleted: true,
  })
  expect(events[1]).toMatchObject({ resourceType: 'onboarding', action: 'completed' })
  for (const event of events) expect(ActivityEvent.parse(event)).toEqual(event)
})

test('pages hold twenty rows unless another number is asked for', async () => {
  const person = await aPersonWithEvents(24)
  expect((await feed(person)).events).toHaveLength(20)
  expect((await feed(person, '?page=2')).events).toHaveLength(5)
  expect((await feed(person, '?page=3')).events).toEqual([])
  expect((await feed(person, '?limit=100')).events).toHaveLength(25)
  for (const query of ['?limit=0', '?limit=101', '?limit=x', '?page=0', '?page=-1', '?page=1.5'])
    expect((await person.call('GET', `/api/activity${query}`)).statusCode, query).toBe(400)
})

test('paging by page and by cursor gives the same rows, each once', async () => {
  const person = await aPersonWithEvents(22)
  const whole = await feed(person, '?limit=100')
  expect(whole.nextCursor).toBeUndefined()
  for (const limit of [1, 5, 7, 22, 23]) {
    const [byPage, byCursor]: string[][] = [[], []]
    let cursor: string | undefined
    for (let page = 1; page <= Math.ceil(23 / limit); page++) {
      byPage!.push(...idsOf(await feed(person, `?limit=${limit}&page=${page}`)))
      const next: Feed = await feed(person, `?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`)
      byCursor!.push(...idsOf(next))
      cursor = next.nextCursor
    }
    expect(cursor, `limit ${limit}`).toBeUndefined()
    expect(byPage).toEqual(idsOf(whole))
    expect(byCursor).toEqual(idsOf(whole))
  }
})

test('a cursor stays where it was while new events arrive', async () => {
  const person = await aPersonWithEvents(6)
  const first = await feed(person, '?limit=3')
  await person.call('POST', '/api/settings', { company: 'Acme' })
  expect(names(await feed(person, `?limit=2&cursor=${first.nextCursor}`))).toEqual(['event 3', 'event 2'])
})

test('pages reach the first ten thousand rows, and beyond that the answer says what to do', async () => {
  const person = await aPersonWithEvents(1)
  expect((await person.call('GET', '/api/activity?limit=100&page=100')).statusCode).toBe(200)
  for (const query of ['limit=100&page=101', 'limit=1&page=10001', 'limit=20&page=501']) {
    const reply = await person.call('GET', `/api/activity?${query}`)
    expect(reply.statusCode, query).toBe(400)
  }
  const beyond = await person.call('GET', '/api/activity?limit=100&page=101')
  expect(beyond.json()).toMatchObject({ reason: 'page_out_of_range', code: 'VALIDATION_ERROR' })
})

test('a cursor that is not one of ours is refused', async () => {
  const person = await aPerson(house)
  for (const cursor of ['x', '-1', '1.5', '99999999999999999999', "1' or true"])
    expect(
      (await person.call('GET', `/api/activity?cursor=${encodeURIComponent(cursor)}`)).statusCode,
      cursor,
    ).toBe(400)
})

test('search finds names and types without case, and takes wildcards as letters', async () => {
  const person = await aPersonWithEvents(2)
  await person.call('POST', '/api/api-keys', { name: '100% Sure_Thing' })
  expect(names(await feed(person, '?search=EVENT'))).toEqual(['event 2', 'event 1'])
  expect(names(await feed(person, '?search=api_key'))).toEqual(['100% Sure_Thing'])
  expect(names(await feed(person, '?search=sure_t'))).toEqual(['100% Sure_Thing'])
  for (const nothing of ['%25', '_vent', '%5C', "'"]) {
    const found = names(await feed(person, `?search=${nothing}`))
    expect(found, nothing).toEqual(nothing === '%25' ? ['100% Sure_Thing'] : [])
  }
  expect(await feed(person, '?search=event')).toMatchObject({ total: 2, unseenCount: 4 })
})

test('dates limit the feed, a bare end date meaning the whole of its day', async () => {
  const person = await aPersonWithEvents(1)
  for (let half = 0; half < 2; half++) {
    house.clock.advance(12 * 3600)
    await feed(person)
  }
  await person.call('POST', '/api/settings', { company: 'Acme' })
  const [newest, older] = (await feed(person)).events
  const day = (event: ActivityEvent | undefined) => event!.timestamp.slice(0, 10)
  expect(names(await feed(person, `?end=${day(older)}`))).toEqual(['event 1', expect.any(String)])
  expect(names(await feed(person, `?start=${day(newest)}&end=${day(newest)}`))).toEqual(['Profile'])
  expect(names(await feed(person, `?start=${newest!.timestamp}`))).toEqual(['Profile'])
  expect(names(await feed(person, `?end=${newest!.timestamp}`))).not.toContain('Profile')
  const inOffset = newest!.timestamp.replace('Z', '%2B00:00')
  expect(names(await feed(person, `?start=${inOffset}`))).toEqual(['Profile'])
  for (const start of ['yesterday', '2026-13-01', '2026-03-02T09:00'])
    expect((await person.call('GET', `/api/activity?start=${start}`)).statusCode, start).toBe(400)
})

test('what one has seen is counted and marked for oneself alone', async () => {
  const owner = await aPersonWithEvents(3)
  const member = await aPerson(house)
  const query = `?owner=${owner.username}`
  await house.cells
    .get('us-1')
    .pool.query(`insert into memberships values ($1, $2, 'viewer', now())`, [owner.userId, member.userId])
  const [newest] = idsOf(await feed(owner))
  expect((await mark(owner, 'mark-seen', { eventIds: [newest] })).json()).toEqual({ success: true })
  expect((await feed(owner)).unseenCount).toBe(3)
  expect((await feed(owner)).events.map((event) => event.seen)).toEqual([true, false, false, false])
  expect((await feed(member, query)).unseenCount).toBe(4)
  await mark(member, 'mark-seen', { all: true }, query)
  expect((await feed(member, query)).unseenCount).toBe(0)
  expect((await feed(owner)).unseenCount).toBe(3)
  await Promise.all([1, 2, 3].map(() => mark(owner, 'mark-seen', { all: true })))
  expect((await feed(owner)).unseenCount).toBe(0)
})

test('all up to an event is what was on screen: newer ones stay unseen, and nothing seen is forgotten', async () => {
  const [person, other] = [await aPersonWithEvents(3), await aPersonWithEvents(1)]
  const [newest, second, third] = idsOf(await feed(person))
  const [theirs] = idsOf(await feed(other))
  const seen = async (upTo: string | undefined) => {
    expect((await mark(person, 'mark-seen', { all: true, upTo })).statusCode).toBe(200)
    return (await feed(person)).events.map((event) => event.seen)
  }
  expect(await seen(theirs)).toEqual([false, false, false, false])
  expect(await seen(second)).toEqual([false, true, true, true])
  expect(await seen(third)).toEqual([false, true, true, true])
  expect(await seen(newest)).toEqual([true, true, true, true])
})

test('archived events leave the inbox, can be restored, and all go at once', async () => {
  const person = await aPersonWithEvents(3)
  const [newest, second] = idsOf(await feed(person))
  await mark(person, 'archive', { eventIds: [newest, second], archive: true })
  expect(await feed(person)).toMatchObject({ total: 2, unseenCount: 2 })
  const archive = await feed(person, '?archived=true')
  expect(idsOf(archive)).toEqual([newest, second])
  expect(archive.events.every((event) => event.archived)).toBe(true)
  await mark(person, 'archive', { eventIds: [newest], archive: false })
  expect(idsOf(await feed(person))[0]).toBe(newest)
  expect(idsOf(await feed(person, '?archived=true'))).toEqual([second])
  await mark(person, 'archive', { all: true, archive: true })
  expect(await feed(person)).toMatchObject({ total: 0, unseenCount: 0 })
  expect((await feed(person, '?archived=true')).total).toBe(4)
})

test('seeing and archiving do not undo each other', async () => {
  const person = await aPersonWithEvents(1)
  const [newest] = idsOf(await feed(person))
  await mark(person, 'archive', { eventIds: [newest], archive: true })
  await mark(person, 'mark-seen', { all: true })
  await mark(person, 'archive', { eventIds: [newest], archive: false })
  expect((await feed(person)).events[0]).toMatchObject({ _id: newest, seen: true, archived: false })
})

test("marking another workspace's events or made-up ones does nothing", async () => {
  const [person, other] = [await aPersonWithEvents(1), await aPersonWithEvents(1)]
  const theirs = idsOf(await feed(other))
  const reply = await mark(person, 'archive', { eventIds: [...theirs, 'made-up'], archive: true })
  expect(reply.statusCode).toBe(200)
  expect((await feed(other)).total).toBe(2)
  expect((await feed(person)).total).toBe(2)
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select * from activity_marks where user_id = $1', [person.userId])
  expect(rows).toEqual([])
})

test.each([
  ['mark-seen', {}],
  ['mark-seen', { all: false }],
  ['mark-seen', { eventIds: [] }],
  ['mark-seen', { all: true, eventIds: ['a'] }],
  ['mark-seen', { eventIds: ['a'], upTo: 'a' }],
  ['mark-seen', { eventIds: Array.from({ length: 501 }, () => 'a') }],
  ['archive', { all: true, archive: false }],
  ['archive', { eventIds: ['a'] }],
  ['archive', { all: true }],
] as const)('%s with a body that says no such thing is refused', async (what, body) => {
  const reply = await mark(await aPerson(house), what, body)
  expect([reply.statusCode, reply.json().code]).toEqual([400, 'VALIDATION_ERROR'])
})

test('the feed is for the signed-in members of its workspace: a key gets 403, a stranger 401, another person 404', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const key = await aKey(house, person, { scopes: ['admin', 'read', 'write'] })
  const query = `?owner=${person.username}`
  for (const [method, path, body] of [
    ['GET', '/api/activity', undefined],
    ['POST', '/api/activity/mark-seen', { all: true }],
    ['POST', '/api/activity/archive', { all: true, archive: true }],
  ] as const) {
    expect((await key.call(method, path, body)).statusCode, path).toBe(403)
    expect((await aStranger(house)(method, path, body)).statusCode, path).toBe(401)
    expect((await other.call(method, path + query, body)).statusCode, path).toBe(404)
  }
})

test('marks of one reader made at once never stand in each other’s way', async () => {
  const person = await aPersonWithEvents(0)
  const { pool } = house.cells.get('us-1')
  // Where rows lie by chance in another order than that of their ids, two ways of finding them differ.
  await pool.query(
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, created_at)
     select substr(md5($1 || n), 1, 24), $1, $1, 'model', 'created', $2 from generate_series(1, 6000) n`,
    [person.userId, house.clock.now()],
  )
  const { rows } = await pool.query(
    'select id from activity_events where workspace_id = $1 order by id desc',
    [person.userId],
  )
  await pool.query('analyze activity_events')
  const eventIds = rows.map(({ id }) => id).slice(0, 500)
  for (let round = 0; round < 5; round++) {
    const replies = await Promise.all([
      mark(person, 'mark-seen', { all: true }),
      ...[true, false, true].map((archive) => mark(person, 'archive', { eventIds, archive })),
      mark(person, 'archive', { all: true, archive: true }),
      mark(person, 'mark-seen', { eventIds }),
    ])
    expect(replies.map(({ statusCode }) => statusCode)).toEqual(replies.map(() => 200))
    await pool.query('update activity_marks set seen_at = null where user_id = $1', [person.userId])
  }
})
