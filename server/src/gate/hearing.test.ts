import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { issueKey } from '../../test/keys.ts'
import { startThreeNodes, type ThreeNodes, until, untilTrusted } from '../../test/nodes.ts'
import { aPerson } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { aTeam } from '../../test/teams.ts'
import type { TestHouse } from '../../test/test-house.ts'
import { secondsAfter } from '../clock.ts'

/* What nodes hear, what they cost, and what becomes of those that do not hear. */

let three: ThreeNodes
let house: TestHouse
beforeAll(async () => {
  three = await startThreeNodes()
  house = three.house
})
afterAll(() => three.stop())
// The third node is ended on the way; see below.
let isThirdEnded = false
beforeEach(async () => {
  await Promise.all(three.apps.slice(0, isThirdEnded ? 2 : 3).map(untilTrusted))
})

const us = { id: 'us-1' }

const inUs = (sql: string, values: unknown[]) => house.cells.get('us-1').pool.query(sql, values)

const aKey = async () => {
  const person = await aPerson(house)
  const { key, keyId } = await issueKey(house, person)
  const revoke = async () => {
    const reply = await person.call('DELETE', `/api/api-keys?keyId=${keyId}`)
    expect(reply.statusCode, reply.body).toBe(200)
  }
  return { person, key, keyId, revoke }
}

const everywhere = (answer: string) => [answer, answer, answer]
const accepted = everywhere('200 owner')
const unknown = everywhere('401 invalid_api_key')

/** What nodes say of themselves, whoever asks. */
const isHeartbeat = (sql: string): boolean => /gate_nodes|pg_notify|^listen/.test(sql)

const askedOfStores = async (work: () => Promise<unknown>): Promise<string[]> =>
  (await statementsOf(work)).filter((sql) => !isHeartbeat(sql))

test('a key that a node knows costs no statement, however often it is used', async () => {
  const { key } = await aKey()
  expect(await three.askEverywhere(key)).toEqual(accepted)
  let freeRounds = 0
  for (let round = 0; round < 200; round++) {
    const statements = await askedOfStores(async () =>
      expect(await three.askEverywhere(key)).toEqual(accepted),
    )
    if (statements.length === 0) freeRounds++
    // What is answered from memory leaves the event loop no room for a beat.
    await setImmediate()
  }
  // A busy machine may make a node miss its beats, and then it asks.
  expect(freeRounds).toBeGreaterThan(120)
})

test('a key that nobody issued is looked up once by a node, not each time', async () => {
  const key = `ul_${'7'.repeat(40)}`
  const statements = await askedOfStores(async () => {
    for (let n = 0; n < 20; n++) expect(await three.askEverywhere(key)).toEqual(unknown)
  })
  expect(statements.length).toBeLessThan(10)
})

test('a change made by hand in the database is heard by every node', async () => {
  const { key, keyId } = await aKey()
  const changes: [string, unknown[], string][] = [
    [`update api_keys set paused_at = now() where id = $1`, [keyId], '403 api_key_paused'],
    [`update api_keys set paused_at = null where id = $1`, [keyId], '200 owner'],
    [
      `update api_keys set allowed_addresses = '{192.0.2.1}' where id = $1`,
      [keyId],
      '403 address_not_allowed',
    ],
    [`update api_keys set allowed_addresses = null where id = $1`, [keyId], '200 owner'],
    [`update api_keys set expires_at = '2020-01-01' where id = $1`, [keyId], '401 api_key_expired'],
    [`update api_keys set expires_at = null where id = $1`, [keyId], '200 owner'],
    [
      `update memberships set role = 'viewer' where user_id = (select created_by from api_keys where id = $1)`,
      [keyId],
      '403 permission_denied',
    ],
    [
      `update memberships set role = 'owner' where user_id = (select created_by from api_keys where id = $1)`,
      [keyId],
      '200 owner',
    ],
    [`delete from api_keys where id = $1`, [keyId], '401 invalid_api_key'],
  ]
  for (const [n, [sql, values, outcome]] of changes.entries()) {
    const { after } = await three.during(key, async () => {
      await inUs(sql, values)
      await three.apps[n % 3]?.gate.settle(us)
    })
    expect([sql, after]).toEqual([sql, [outcome]])
  }
})

test('a licence that runs out closes a team to its keys on every node at that moment', async () => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, 'admin'],
  ])
  const { key } = await issueKey(house, member, {}, team.username)
  await inUs('update workspaces set enterprise_until = $2 where id = $1', [
    team.id,
    secondsAfter(house.clock.now(), 60),
  ])
  await house.app.gate.settle(us)
  expect(await three.askEverywhere(key)).toEqual(everywhere('200 admin'))
  house.clock.advance(59)
  expect(await three.askEverywhere(key)).toEqual(everywhere('200 admin'))
  house.clock.advance(1)
  expect(await three.askEverywhere(key)).toEqual(everywhere('403 license_expired'))
})

/** Ends the connections of one node to the cell, all of them or the one it listens by. */
const endConnections = async (name: string, which: 'all' | 'listening') => {
  const { rowCount } = await inUs(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = $1 and ($2 = 'all' or query like '%gate%')`,
    [name, which],
  )
  return rowCount ?? 0
}

test('a node whose connection is ended serves nothing that is over, and trusts itself again', async () => {
  for (const which of ['listening', 'all', 'listening', 'all'] as const) {
    await three.untilTrusted()
    const { key, revoke } = await aKey()
    const { before, after } = await three.during(key, async () => {
      expect(await endConnections('third', which)).toBeGreaterThan(0)
      await revoke()
    })
    expect(after).toEqual(['401 invalid_api_key'])
    for (const answer of before)
      expect(['200 owner', '401 invalid_api_key', '503 store_unavailable']).toContain(answer)
  }
  await three.untilTrusted()
  const { key } = await aKey()
  await until(async () => {
    await three.askEverywhere(key)
    return (await askedOfStores(() => three.askEverywhere(key))).length === 0
  }, 'all three know the key by heart')
})

test('a node that was given up comes back under a number that nobody has seen, so that nobody takes it for silent', async () => {
  const seen: number[] = []
  const list = async () =>
    (await inUs('select beat from gate_nodes', [])).rows.map(({ beat }) => Number(beat))
  for (let round = 0; round < 5; round++) {
    await inUs('delete from gate_nodes', [])
    await until(async () => (await list()).length === 3, 'all nodes are back')
    seen.push(...(await list()))
  }
  seen.sort((a, b) => a - b)
  const between = seen.slice(1).map((beat, n) => beat - (seen[n] ?? 0))
  expect(between).toHaveLength(14)
  // More beats than a node makes in a minute.
  expect(Math.min(...between)).toBeGreaterThan(300)
})

test('a node that has ended is not waited for, and knows nothing by heart any more', async () => {
  const [, , third] = three.apps
  if (!third) throw new Error('There are three nodes')
  const { key, revoke } = await aKey()
  expect(await three.askEverywhere(key)).toEqual(accepted)
  await third.gate.stop()
  isThirdEnded = true
  expect(third.gate.listTrusted()).toEqual([])
  expect(await house.app.gate.settle(us)).toEqual({ confirmed: 2, silent: 0 })
  const { after } = await three.during(key, revoke)
  expect(after).toEqual(['401 invalid_api_key'])
})

/** Does something while nobody finds a database of the house, the cell unless the directory is meant. */
const whileAway = async (work: () => Promise<void>, which: 'cell' | 'directory' = 'cell'): Promise<void> => {
  const [inCell, inDirectory] = [house.urls.cells['us-1'] ?? '', house.urls.directory]
  const [url, other] = which === 'cell' ? [inCell, inDirectory] : [inDirectory, inCell]
  const cell = /(us|directory)_[0-9a-f]{12}/.exec(url)?.[0] ?? ''
  const elsewhere = new pg.Client({ connectionString: other })
  await elsewhere.connect()
  try {
    await elsewhere.query(`alter database ${cell} allow_connections false`)
    await until(async () => {
      await elsewhere.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        cell,
      ])
      return elsewhere.query(`alter database ${cell} rename to ${cell}_away`).then(
        () => true,
        () => false,
      )
    }, 'the cell is away')
    await work()
    await elsewhere.query(`alter database ${cell}_away allow_connections true`)
    await elsewhere.query(`alter database ${cell}_away rename to ${cell}`)
  } finally {
    await elsewhere.end()
  }
}

test('while the directory is away a key by heart goes on, and one that must be asked for is told to come again', async () => {
  const [{ key }, { key: cold }] = [await aKey(), await aKey()]
  expect(await three.askEverywhere(key)).toEqual(accepted)
  const away = everywhere('503 store_unavailable')
  await whileAway(async () => {
    await until(async () => String(await three.askEverywhere(cold)) === String(away), 'every node says so')
    // A node that was just given up asks as well; the others know it by heart.
    const told = await three.askEverywhere(key)
    expect(told.slice(0, 2)).toEqual(['200 owner', '200 owner'])
    expect(await three.askEverywhere(`ul_${'8'.repeat(40)}`)).toEqual(away)
  }, 'directory')
  expect(await three.askEverywhere(cold)).toEqual(accepted)
})

test('while the cell is away a key is told so and never that it is nobody; afterwards it opens again', async () => {
  const { key } = await aKey()
  expect(await three.askEverywhere(key)).toEqual(accepted)
  const away = everywhere('503 store_unavailable')
  await whileAway(async () => {
    const { after } = await three.during(key, () =>
      until(async () => String(await three.askEverywhere(key)) === String(away), 'every node says so'),
    )
    expect(after).toEqual(['503 store_unavailable'])
  })
  await Promise.all(three.apps.slice(0, 2).map(untilTrusted))
  expect(await three.askEverywhere(key)).toEqual(accepted)
})
