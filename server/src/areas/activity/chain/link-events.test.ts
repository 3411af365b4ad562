import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { makeId } from '../../../crypto/token.ts'
import { eraseActivity, eraseFeed, retractActivity, retractEvent } from '../erase-activity.ts'
import { recordAll, recordOnce } from '../record-activity.ts'
import { eventFields, storedEventSql } from './canonical-event.ts'
import { checkChain } from './check-chain.ts'
import { linkBatch, linkCell, linkEvents } from './link-events.ts'

let house: TestHouse
let pool: pg.Pool
let count = 0

beforeAll(async () => {
  house = await startTestHouse()
  pool = house.cells.get('us-1').pool
})
afterAll(() => house.stop())

const db = () => house.cells.get('us-1').db
const at = () => house.clock.now()
const aWorkspace = () => `workspace-${++count}`

/** Tells of `n` things in a workspace, and returns the ids of the events. */
const tell = async (workspaceId: string, n = 1): Promise<string[]> => {
  const ids = Array.from({ length: n }, () => makeId(at()))
  await db().transaction(async (tx) => {
    for (const id of ids)
      await recordOnce(
        tx,
        id,
        'project/created',
        { userId: 'u', workspaceId },
        { id, name: `Thing ${id}` },
        at(),
      )
  })
  return ids
}

const link = () => linkCell(pool, performance.now() + 60_000)

const linksOf = async (workspaceId: string): Promise<{ position: number; id: string }[]> => {
  const { rows } = await pool.query(
    'select position::int, event_id as id from activity_links where workspace_id = $1 order by position',
    [workspaceId],
  )
  return rows
}

const problemsOf = async (workspaceId: string): Promise<string[]> => {
  const stores = { cell: pool, directory: house.directory.database.pool, keyRing: house.keyRing }
  return (await checkChain(stores, workspaceId, at())).problems
}

const countOf = async (table: string, workspaceId: string): Promise<number> => {
  const { rows } = await pool.query(`select count(*)::int as n from ${table} where workspace_id = $1`, [
    workspaceId,
  ])
  return rows[0].n
}

test('events are linked in the order they were written, numbered from 1', async () => {
  const workspaceId = aWorkspace()
  const ids = [...(await tell(workspaceId, 3)), ...(await tell(workspaceId, 2))]
  await linkEvents(house, at())
  expect(await linksOf(workspaceId)).toEqual(ids.map((id, index) => ({ position: index + 1, id })))
  expect(await countOf('activity_unlinked', workspaceId)).toBe(0)
  expect(await problemsOf(workspaceId)).toEqual([])
})

test('an event told twice under one id is linked once', async () => {
  const workspaceId = aWorkspace()
  const id = makeId(at())
  for (let round = 0; round < 2; round++)
    await db().transaction((tx) =>
      recordOnce(tx, id, 'project/created', { userId: 'u', workspaceId }, {}, at()),
    )
  await link()
  expect(await linksOf(workspaceId)).toEqual([{ position: 1, id }])
})

test('while many write and two linkers are at it, every event is linked once and no position is left out', async () => {
  const workspaceIds = [aWorkspace(), aWorkspace(), aWorkspace()]
  let writing = true
  const linker = async () => {
    while (writing) await link()
  }
  const writer = async (workspaceId: string, n: number) => {
    for (let round = 0; round < 15; round++) {
      const doer = { userId: 'u', workspaceId }
      const tellings = Array.from({ length: n }, () => ({
        event: 'model/created' as const,
        doer,
        subject: { name: `${round}` },
      }))
      await db().transaction((tx) => recordAll(tx, tellings, at()))
    }
  }
  const linkers = [linker(), linker()]
  await Promise.all(workspaceIds.flatMap((workspaceId) => [1, 1, 7, 40].map((n) => writer(workspaceId, n))))
  writing = false
  await Promise.all(linkers)
  await link()
  for (const workspaceId of workspaceIds) {
    const links = await linksOf(workspaceId)
    expect(links.map(({ position }) => position)).toEqual(Array.from({ length: 15 * 49 }, (_, n) => n + 1))
    expect(new Set(links.map(({ id }) => id)).size).toBe(15 * 49)
    expect(await problemsOf(workspaceId)).toEqual([])
  }
})

test('an event that commits late is linked where it became known, though it was numbered before', async () => {
  const workspaceId = aWorkspace()
  const slow = makeId(at())
  let quick: string[] = []
  await db().transaction(async (tx) => {
    await recordOnce(tx, slow, 'project/created', { userId: 'u', workspaceId }, {}, at())
    quick = await tell(workspaceId, 2)
    await link()
  })
  await link()
  expect((await linksOf(workspaceId)).map(({ id }) => id)).toEqual([...quick, slow])
  expect(await problemsOf(workspaceId)).toEqual([])
})

test('a linker that dies before any statement leaves nothing half done, and the next one does it all', async () => {
  const workspaceId = aWorkspace()
  const ids = await tell(workspaceId, 5)
  for (let fatal = 1; ; fatal++) {
    const dead = await linkBatch(mortal(pool, fatal), [workspaceId]).then(
      () => false,
      () => true,
    )
    if (!dead) {
      expect(fatal).toBeGreaterThan(6)
      break
    }
    expect([await linksOf(workspaceId), await countOf('activity_unlinked', workspaceId)]).toEqual([[], 5])
  }
  expect((await linksOf(workspaceId)).map(({ id }) => id)).toEqual(ids)
})

/** A pool whose connection breaks instead of sending its n-th statement. */
const mortal = (whole: pg.Pool, fatal: number): pg.Pool =>
  ({
    connect: async () => {
      const client = await whole.connect()
      let sent = 0
      return {
        query: (...words: Parameters<typeof client.query>) => {
          if (++sent === fatal) throw new Error('broken')
          return client.query(...words)
        },
        release: (destroy?: boolean) => client.release(destroy),
      }
    },
  }) as unknown as pg.Pool

test('a workspace that another linker holds is stepped over, and the others are not', async () => {
  const [held, free] = [aWorkspace(), aWorkspace()]
  await tell(held)
  await tell(free)
  await link()
  await tell(held)
  await tell(free)
  const other = await pool.connect()
  await other.query('begin')
  await other.query('select from activity_heads where workspace_id = $1 for update', [held])
  expect(await linkBatch(pool, [held, free])).toBe(1)
  expect([await countOf('activity_links', held), await countOf('activity_links', free)]).toEqual([1, 2])
  await other.query('rollback')
  other.release()
  expect(await linkBatch(pool, [held, free])).toBe(1)
})

test('a workspace whose rows break the linker keeps no other from being linked', async () => {
  const [broken, whole] = [aWorkspace(), aWorkspace()]
  const [id] = await tell(broken)
  await link()
  // Somebody puts a linked event into the queue again.
  await pool.query(
    'insert into activity_unlinked (workspace_id, seq) select workspace_id, seq from activity_events where id = $1',
    [id],
  )
  await tell(whole)
  await expect(link()).rejects.toThrow('activity_links_event_id_key')
  expect(await countOf('activity_links', whole)).toBe(1)
  await pool.query('delete from activity_unlinked where workspace_id = $1', [broken])
})

test('what did not come to be leaves no trace before it is linked; afterwards its opposite follows', async () => {
  const workspaceId = aWorkspace()
  const [soon = ''] = await tell(workspaceId)
  await db().transaction((tx) => retractActivity(tx, workspaceId, 'project', soon))
  expect([
    await countOf('activity_events', workspaceId),
    await countOf('activity_unlinked', workspaceId),
  ]).toEqual([0, 0])

  const [late = '', single = ''] = await tell(workspaceId, 2)
  await link()
  await db().transaction((tx) => retractActivity(tx, workspaceId, 'project', late))
  await db().transaction((tx) => retractEvent(tx, single))
  await link()
  const { rows } = await pool.query(
    'select action, resource_id, metadata from activity_events where workspace_id = $1 order by seq',
    [workspaceId],
  )
  expect(rows).toEqual([
    { action: 'created', resource_id: late, metadata: {} },
    { action: 'created', resource_id: single, metadata: {} },
    { action: 'deleted', resource_id: late, metadata: { kind: 'undone', undoOf: late } },
    { action: 'deleted', resource_id: single, metadata: { kind: 'undone', undoOf: single } },
  ])
  expect(await problemsOf(workspaceId)).toEqual([])
})

test('of a linker and somebody who takes an event back at once, one finds it and the other steps aside', async () => {
  const workspaceId = aWorkspace()
  const [first = ''] = await tell(workspaceId)
  await db().transaction(async (tx) => {
    await retractEvent(tx, first)
    expect(await link()).toBe(0)
  })
  expect(await countOf('activity_links', workspaceId)).toBe(0)

  const [second = ''] = await tell(workspaceId)
  const held = await holdBeforeCommit(pool)
  const linking = linkBatch(held.pool, [workspaceId])
  await held.reached
  const retracting = db().transaction((tx) => retractEvent(tx, second))
  await sleep(50)
  held.goOn()
  await Promise.all([linking, retracting])
  await link()
  expect(await countOf('activity_links', workspaceId)).toBe(2)
  expect(await problemsOf(workspaceId)).toEqual([])
})

/** A pool whose transactions wait before they commit, until told to go on. */
const holdBeforeCommit = async (whole: pg.Pool) => {
  const reached = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const connect = async () => {
    const client = await whole.connect()
    return {
      query: async (...words: Parameters<typeof client.query>) => {
        if ((words[0] as unknown) === 'commit') {
          reached.resolve()
          await goOn.promise
        }
        return client.query(...words)
      },
      release: (destroy?: boolean) => client.release(destroy),
    }
  }
  return { pool: { connect } as unknown as pg.Pool, reached: reached.promise, goOn: goOn.resolve }
}

test('with a workspace goes all of its chain, even while a linker is at it', async () => {
  const workspaceId = aWorkspace()
  await tell(workspaceId, 3)
  await linkEvents(house, at())
  await tell(workspaceId, 3)
  const held = await holdBeforeCommit(pool)
  const linking = linkBatch(held.pool, [workspaceId])
  await held.reached
  await eraseFeed(db(), workspaceId)
  const erasing = db().transaction((tx) => eraseActivity(tx, workspaceId))
  await sleep(50)
  held.goOn()
  await Promise.all([linking, erasing])
  await link()
  for (const table of ['events', 'unlinked', 'links', 'heads', 'checkpoints'])
    expect(await countOf(`activity_${table}`, workspaceId), table).toBe(0)
})

test('the chain covers every column that an event has', async () => {
  const { rows } = await pool.query(
    `select column_name as name from information_schema.columns where table_name = 'activity_events' order by 1`,
  )
  expect(rows.map(({ name }) => name)).toEqual([...eventFields].sort())
})

test('an event reads alike whatever the settings of the session, to the microsecond and the last digit', async () => {
  const workspaceId = aWorkspace()
  await pool.query(
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, metadata, created_at, client_sealed)
     values ($1, $1, 'u', 'project', 'created', '{"b": 1.00, "a": 12345678901234567890123, "ä": "\\u0001"}',
       '2026-03-02T10:00:00.123456+01', decode(repeat('00ff', 60), 'hex'))`,
    [workspaceId],
  )
  const client = await pool.connect()
  const read = async () =>
    (await client.query(`select ${storedEventSql} from activity_events e where id = $1`, [workspaceId]))
      .rows[0]
  const plain = await read()
  await client.query(
    `set timezone = 'Asia/Kolkata'; set datestyle = 'German'; set bytea_output = 'escape'; set extra_float_digits = -5`,
  )
  expect(await read()).toEqual(plain)
  client.release(true)
  expect(plain).toMatchObject({
    metadata: '{"a": 12345678901234567890123, "b": 1.00, "ä": "\\u0001"}',
    created_at: '2026-03-02T09:00:00.123456Z',
    client_sealed: Buffer.from('00ff'.repeat(60), 'hex').toString('base64'),
  })
})
