import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActivityEvent } from '#contract/activity.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { indexCell, indexNames } from './index-names.ts'
import { piecesOf, piecesToFind } from './pieces.ts'

let house: TestHouse
let person: Person

const words = ['Traffic', 'helmet', 'coco', 'YOLO26n', 'parking', 'Straße', 'Ærø', '100%', 'a_b', 'x']
const names = Array.from({ length: 2500 }, (_, n) =>
  n === 700 ? null : `${words[(n * 7) % words.length]}-${(n * 7919) % 1000}${n === 3 ? ' zebra' : ''}`,
)

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
  const { pool } = house.cells.get('us-1')
  const write = (from: number, to: number) =>
    pool.query(
      `insert into activity_events (id, workspace_id, user_id, resource_type, action, resource_name, created_at)
       select substr(md5($1 || n), 1, 24), $1, $1, case when n % 50 = 0 then 'dataset' else 'model' end,
         case when n % 50 = 0 then 'uploaded' else 'created' end, name, $2
       from unnest($3::text[]) with ordinality as told (name, n)`,
      [person.userId, house.clock.now(), names.slice(from, to)],
    )
  await write(0, 2400)
  // What is counted must have been written before the run that noted how far: hence twice.
  for (let run = 0; run < 3; run++) await indexCell(house.cells.get('us-1'))
  await pool.query(`update activity_events set id = substr(md5(seq::text), 1, 24) where workspace_id = $1`, [
    person.userId,
  ])
  await write(2400, 2500)
})
afterAll(() => house.stop())

const search = async (query: string): Promise<(string | undefined)[]> => {
  const found: (string | undefined)[] = []
  for (let cursor = ''; ; ) {
    const reply = await person.call('GET', `/api/activity?limit=100&${query}${cursor}`)
    expect(reply.statusCode, reply.body).toBe(200)
    const { events, nextCursor } = reply.json()
    found.push(...events.map((event: ActivityEvent) => event.resourceName))
    if (!nextCursor) return found
    cursor = `&cursor=${nextCursor}`
  }
}

/** What looking at each event finds, newest first. */
const plainly = async (word: string): Promise<(string | undefined)[]> => {
  const { rows } = await house.cells
    .get('us-1')
    .pool.query<{ name: string | null; type: string }>(
      'select resource_name as name, resource_type as type from activity_events where workspace_id = $1 order by seq desc',
      [person.userId],
    )
  const holds = (text: string | null) => text?.toLowerCase().includes(word.toLowerCase())
  return rows.filter(({ name, type }) => holds(name) || holds(type)).map(({ name }) => name ?? undefined)
}

test('most events lie in blocks by now, and the newest do not', async () => {
  const { rows } = await house.cells
    .get('us-1')
    .pool.query(
      'select count(*)::int as blocks, sum(cardinality(seqs))::int as events from activity_blocks where workspace_id = $1',
      [person.userId],
    )
  expect(rows).toEqual([{ blocks: 9, events: 9 * 256 }])
})

test('a search finds what looking at each event finds, newest first, each once', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'zebra',
      'o',
      'x-',
      '-9',
      'coco-11',
      'STRASSE',
      'straße',
      'æRØ',
      '%',
      '_',
      'fic-1',
      'absent',
      '-',
    ),
    fc
      .tuple(fc.nat(2499), fc.nat(8), fc.integer({ min: 1, max: 9 }))
      .map(([n, from, length]) => (names[n] ?? 'x').slice(from, from + length) || 'x'),
  )
  await fc.assert(
    fc.asyncProperty(word, async (searched) => {
      expect(await search(`search=${encodeURIComponent(searched)}`)).toEqual(await plainly(searched))
    }),
    { numRuns: 40 },
  )
}, 120_000)

test('types are found by their word, and filters narrow a search', async () => {
  expect(await search('search=dataset')).toHaveLength(50)
  expect(await search('search=ONBOARD')).toHaveLength(1)
  expect(await search('type=uploads')).toHaveLength(50)
  expect(await search('type=exports&search=coco')).toEqual([])
  const uploads = await search('type=uploads&search=a_b')
  expect(uploads).toEqual(
    names.filter((name, n) => (n + 1) % 50 === 0 && n < 2400 && name?.includes('a_b')).reverse(),
  )
  expect(await search('search=coco&end=2020-01-01')).toEqual([])
  expect(await search('search=zebra&archived=true')).toEqual([])
})

test('events that were archived all at once are searched in the archive', async () => {
  await person.call('POST', '/api/activity/archive', { all: true, archive: true })
  expect(await search('search=zebra')).toEqual([])
  expect(await search('search=zebra&archived=true')).toEqual(await plainly('zebra'))
})

test('totals stop at ten thousand and unseen counts at a hundred, before the blocks are made and after', async () => {
  const reader = await aPerson(house)
  const cell = house.cells.get('us-1')
  await cell.pool.query(
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, resource_name, created_at)
     select substr(md5($1 || n), 1, 24), $1, $1, 'model', 'created', 'm' || n, $2 from generate_series(1, 13000) n`,
    [reader.userId, house.clock.now()],
  )
  const ask = async (query: string) => (await reader.call('GET', `/api/activity?limit=1${query}`)).json()
  const many = { total: 10_000, totalIsMore: true, unseenCount: 100, unseenIsMore: true }
  const check = async () => {
    for (const query of [
      '',
      '&type=library',
      `&start=${house.clock.now().toISOString()}`,
      '&start=2020-01-01',
    ])
      expect(await ask(query), query).toMatchObject(many)
    expect((await ask('&archived=true')).total).toBe(0)
    expect((await ask('&end=2020-01-01')).total).toBe(0)
    expect((await ask('&type=system')).total).toBe(1)
  }
  await check()
  for (let run = 0; run < 3; run++) await indexCell(cell)
  await check()
})

test('a word stands only where all its pieces do', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 30 }),
      fc.nat(29),
      fc.integer({ min: 1, max: 30 }),
      (name, from, length) => {
        const word = name.slice(from % name.length).slice(0, length)
        const pieces = piecesOf('w', [name])
        expect(piecesToFind('w', word).every((piece) => pieces.has(piece))).toBe(true)
      },
    ),
  )
})

test('a cell that is away keeps no other from being indexed', async () => {
  const { cells } = house
  const us = cells.get('us-1')
  const away = { ...us, db: { transaction: () => Promise.reject(new Error('The cell is away')) } } as never
  let indexed = 0
  const there = {
    ...us,
    db: {
      transaction: async () => 0,
      execute: async () => {
        indexed++
        return { rows: [] }
      },
    },
  } as never
  await expect(indexNames({ cells: { ...cells, all: [away, there] } })).rejects.toThrow('The cell is away')
  expect(indexed).toBe(1)
})
