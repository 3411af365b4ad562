import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActivityEvent } from '#contract/activity.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { recordActivity } from '../record-activity.ts'

let house: TestHouse
let readers: [Person, Person]

beforeAll(async () => {
  house = await startTestHouse()
  readers = [await aPerson(house), await aPerson(house)]
})
afterAll(() => house.stop())

type Mark = { seen: boolean; archived: boolean }

/** What watermarks stand for: a mark for each reader and event, changed one by one. */
class Model {
  readonly ids: string[] = []
  readonly marks: [Map<string, Mark>, Map<string, Mark>] = [new Map(), new Map()]

  add(id: string): void {
    this.ids.push(id)
    for (const marks of this.marks) marks.set(id, { seen: false, archived: false })
  }

  change(reader: 0 | 1, ids: readonly string[] | 'all', change: Partial<Mark>): void {
    for (const id of ids === 'all' ? this.ids : ids) {
      const mark = this.marks[reader].get(id)
      if (mark) Object.assign(mark, change)
    }
  }

  tab(reader: 0 | 1, archived: boolean): { id: string; seen: boolean }[] {
    const own = this.marks[reader]
    return this.ids
      .map((id) => ({ id, seen: own.get(id)?.seen ?? false, archived: own.get(id)?.archived ?? false }))
      .filter((event) => event.archived === archived)
      .map(({ id, seen }) => ({ id, seen }))
      .reverse()
  }
}

const reader = fc.constantFrom(0 as const, 1 as const)
const some = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 })
const step = fc.oneof(
  fc.record({ does: fc.constant('new' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ does: fc.constantFrom('see all' as const, 'archive all' as const), reader }),
  fc.record({ does: fc.constantFrom('see' as const, 'archive' as const, 'restore' as const), reader, some }),
)

const tell = async (team: Team, name: string): Promise<string> => {
  house.clock.advance(1)
  const { pool, db } = house.cells.get('us-1')
  const doer = { userId: readers[0].userId, workspaceId: team.id }
  await db.transaction((tx) => recordActivity(tx, 'model/created', doer, { name }, house.clock.now()))
  const { rows } = await pool.query(
    'select id from activity_events where workspace_id = $1 order by seq desc limit 1',
    [team.id],
  )
  return rows[0].id
}

const compare = async (team: Team, model: Model): Promise<void> => {
  for (const n of [0, 1] as const)
    for (const archived of [false, true]) {
      const path = `/api/activity?owner=${team.username}&limit=100&archived=${archived}`
      const whole = (await readers[n].call('GET', path)).json()
      const seen = whole.events.map((event: ActivityEvent) => ({ id: event._id, seen: event.seen }))
      const expected = model.tab(n, archived)
      expect(seen).toEqual(expected)
      expect(whole.events.every((event: ActivityEvent) => event.archived === archived)).toBe(true)
      expect(whole.total).toBe(expected.length)
      expect(whole.unseenCount).toBe(model.tab(n, false).filter((event) => !event.seen).length)
      const found = (await readers[n].call('GET', `${path}&search=event`)).json().events
      const named = expected.filter(({ id }) => id !== model.ids[0])
      expect(found.map((event: ActivityEvent) => event._id)).toEqual(named.map(({ id }) => id))
      if (expected.length > 2) {
        const half = (await readers[n].call('GET', `${path}&limit=2`.replace('limit=100&', ''))).json()
        const rest = (await readers[n].call('GET', `${path}&cursor=${half.nextCursor}`)).json()
        expect([...half.events, ...rest.events].map((event: ActivityEvent) => event._id)).toEqual(
          expected.map(({ id }) => id),
        )
      }
    }
}

test('two readers find every event as if each had been marked one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      // Somebody else each time: nobody owns more than five teams.
      readers = [await aPerson(house), readers[1]]
      const team = await aTeam(house, [
        [readers[0], 'owner'],
        [readers[1], 'viewer'],
      ])
      const model = new Model()
      const first = (await readers[0].call('GET', `/api/activity?owner=${team.username}`)).json()
      for (const event of first.events.toReversed()) model.add(event._id)
      for (const [n, now] of steps.entries()) {
        if (now.does === 'new') {
          for (let count = 0; count < now.count; count++) model.add(await tell(team, `event ${n} ${count}`))
          continue
        }
        const { call } = readers[now.reader]
        const owner = `?owner=${team.username}`
        if (now.does === 'see all') {
          await call('POST', `/api/activity/mark-seen${owner}`, { all: true })
          model.change(now.reader, 'all', { seen: true })
        } else if (now.does === 'archive all') {
          await call('POST', `/api/activity/archive${owner}`, { all: true, archive: true })
          model.change(now.reader, 'all', { archived: true })
        } else if ('some' in now) {
          const eventIds = now.some.flatMap((which) => model.ids[which % model.ids.length] ?? [])
          const archive = now.does === 'archive'
          if (now.does === 'see') await call('POST', `/api/activity/mark-seen${owner}`, { eventIds })
          else await call('POST', `/api/activity/archive${owner}`, { eventIds, archive })
          model.change(now.reader, eventIds, now.does === 'see' ? { seen: true } : { archived: archive })
        }
      }
      await compare(team, model)
    }),
    { numRuns: 25 },
  )
}, 120_000)
