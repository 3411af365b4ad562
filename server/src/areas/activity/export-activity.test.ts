import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type ActivityEvent, ActivityExport } from '#contract/activity.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { csvLine } from './export-activity.ts'

let house: TestHouse
let person: Person

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
  await house.cells.get('us-1').pool.query(
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, resource_name, created_at)
     select substr(md5($1 || n), 1, 24), $1, $1, 'model', 'created', 'model ' || n, $2 from generate_series(1, 1200) n`,
    [person.userId, house.clock.now()],
  )
  await person.call('POST', '/api/api-keys', { name: '=SUM(A1),"1"' })
})
afterAll(() => house.stop())

test('an export holds everything that matches, in the form of the specification', async () => {
  const reply = await person.call('GET', '/api/activity?export=true&start=2020-01-01&limit=5')
  expect(reply.headers['content-disposition']).toMatch(/^attachment; filename="activity-person-.*\.json"$/)
  const all = ActivityExport.parse(reply.json())
  expect(all).toMatchObject({
    exportedAt: house.clock.now().toISOString(),
    owner: person.username,
    filters: { archived: false, start: '2020-01-01' },
  })
  expect(all.activity).toHaveLength(1202)
  expect(new Set(all.activity.map(({ _id }) => _id)).size).toBe(1202)
  const feed: ActivityEvent[] = (await person.call('GET', '/api/activity?limit=100')).json().events
  expect(all.activity.slice(0, 100)).toEqual(feed)
})

test('a search and a filter hold for the export too, and nothing is a valid one', async () => {
  const found = (await person.call('GET', '/api/activity?export=true&search=MODEL%2011')).json()
  expect(found.filters).toEqual({ archived: false, search: 'MODEL 11' })
  expect(found.activity).toHaveLength(1 + 10 + 100)
  expect((await person.call('GET', '/api/activity?export=true&archived=true')).json().activity).toEqual([])
})

test('a table quotes what it must, and no cell of it is a formula', async () => {
  const reply = await person.call('GET', '/api/activity?export=csv&type=system')
  expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
  const [head, key] = reply.body.split('\r\n')
  expect(head).toMatch(/^timestamp,action,resourceType,resourceName,/)
  expect(key).toContain(`"'=SUM(A1),""1"""`)
  expect(csvLine(['a', '-1', '+1', '@x', '\t=1', 'a\nb', ' =1', null, undefined, true])).toBe(
    `a,'-1,'+1,'@x,'\t=1,"a\nb",' =1,,,true\r\n`,
  )
})

test('HEAD tells of an export without an event being read', async () => {
  const asking = vi.spyOn(house.cells.get('us-1').pool, 'query')
  const head = await person.call('HEAD', '/api/activity?export=csv')
  const asked = asking.mock.calls.map(([query]) => (query as { text?: string }).text ?? String(query))
  asking.mockRestore()
  expect(head.statusCode).toBe(200)
  expect(head.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(asked.filter((text) => text.includes('activity_events'))).toEqual([])
})
