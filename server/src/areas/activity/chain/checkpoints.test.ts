import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aPerson } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { type KeyRing, makeKeyRing } from '../../../crypto/key-ring.ts'
import { sealField } from '../../../crypto/seal.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { recordAll } from '../record-activity.ts'
import { genesisHash, linkHash } from './canonical-event.ts'
import { checkChain } from './check-chain.ts'
import { exportChain } from './export-chain.ts'
import { type ExportLine, writeLine } from './export-form.ts'
import { linkEvents } from './link-events.ts'
import { signingKeyOf } from './signing-key.ts'
import { checkpointEvents, checkpointSeconds, listCheckpoints } from './take-checkpoints.ts'
import { thinCheckpoints } from './thin-checkpoints.ts'
import { verifyExport } from './verify-export.ts'

let house: TestHouse
let pool: pg.Pool
let directory: pg.Pool
let workspaceId = ''
let count = 0

beforeAll(async () => {
  house = await startTestHouse()
  pool = house.cells.get('us-1').pool
  directory = house.directory.database.pool
})
afterAll(() => house.stop())
beforeEach(() => {
  workspaceId = `workspace-${++count}`
})

const at = () => house.clock.now()
const link = (keyRing: KeyRing = house.keyRing) => linkEvents({ ...house, keyRing }, at())

const tell = (n: number) =>
  house.cells.get('us-1').db.transaction((tx) =>
    recordAll(
      tx,
      Array.from({ length: n }, (_, index) => ({
        event: 'project/created' as const,
        doer: { userId: 'u', workspaceId },
        subject: { id: `${index}`, name: `Thing ${index}`, metadata: { before: index } },
      })),
      at(),
    ),
  )

const stores = (keyRing: KeyRing = house.keyRing) => ({ cell: pool, directory, keyRing })
const problems = async () => (await checkChain(stores(), workspaceId, at())).problems

const exported = async (keyRing?: KeyRing): Promise<ExportLine[]> => {
  const lines: ExportLine[] = []
  for await (const line of exportChain(stores(keyRing), workspaceId, at())) lines.push(line)
  return lines
}

const positions = async (store: pg.Pool) =>
  (await listCheckpoints(store, workspaceId)).map(({ position }) => position)

test('the first events are signed at once, in cell and directory; later ones when it is time', async () => {
  await tell(2)
  await link()
  await tell(1)
  house.clock.advance(checkpointSeconds - 1)
  await link()
  expect(await positions(directory)).toEqual([2])
  house.clock.advance(1)
  await link()
  expect([await positions(pool), await positions(directory)]).toEqual([
    [2, 3],
    [2, 3],
  ])
  house.clock.advance(checkpointSeconds)
  await link()
  expect(await positions(pool)).toEqual([2, 3])
  expect(await listCheckpoints(pool, workspaceId)).toEqual(await listCheckpoints(directory, workspaceId))
})

test('of a day that is past its last checkpoint is kept, in both stores, and that is not taken for a loss', async () => {
  const lastOf: number[] = []
  for (let day = 0; day < 3; day++) {
    for (let round = 0; round < 3; round++) {
      await tell(1)
      house.clock.advance(checkpointSeconds)
      await link()
    }
    lastOf.push((await positions(pool)).at(-1) ?? 0)
    house.clock.advance(86_400 - 3 * checkpointSeconds)
  }
  house.clock.advance(-86_400 + 3 * checkpointSeconds)
  await thinCheckpoints(house, at())
  const left = [...lastOf.slice(0, 2), 7, 8, 9]
  expect([await positions(pool), await positions(directory)]).toEqual([left, left])
  expect(await problems()).toEqual([])
  await directory.query('delete from activity_checkpoints where workspace_id = $1 and position = 3', [
    workspaceId,
  ])
  expect(await problems()).toEqual(['The directory has lost the checkpoint of position 3.'])
})

test('many events are signed without waiting for the time', async () => {
  await tell(1)
  await link()
  await tell(checkpointEvents)
  for (let turn = 0; turn < 20 && (await positions(pool)).length < 2; turn++) await link()
  expect((await positions(directory)).length).toBe(2)
  expect(await problems()).toEqual([])
})

test('while the directory is away events are linked and signed, and it gets its copies when it is back', async () => {
  await tell(1)
  const away = { database: { pool: { query: () => Promise.reject(new Error('away')) } } }
  await expect(linkEvents({ ...house, directory: away as never }, at())).rejects.toThrow('away')
  expect([await positions(pool), await positions(directory)]).toEqual([[1], []])
  expect(await problems()).toEqual([])
  await link()
  expect(await positions(directory)).toEqual([1])
})

test('an export verifies after the data key was destroyed that sealed a part of its events', async () => {
  const person = await aPerson(house)
  workspaceId = person.userId
  const key = await loadDataKey(house.cells.get('us-1').db, house.keyRing, person.userId)
  await pool.query(
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, created_at, client_sealed)
     values ($1, $2, $2, 'settings', 'updated', $3, $4)`,
    ['sealed', workspaceId, at(), sealField(key, 'activity_events.client:sealed', '192.0.2.7')],
  )
  await link()
  await pool.query('delete from data_keys where account_id = $1', [person.userId])
  const lines = await exported()
  const sealed = lines.find((line) => line.kind === 'event' && line.event.client_sealed !== null)
  expect(sealed).toBeDefined()
  expect(lines.map(writeLine).join('\n')).not.toContain('192.0.2.7')
  expect(await verifyExport(lines.map(writeLine))).toMatchObject({ ok: true })
  expect(await problems()).toEqual([])
})

test('checkpoints of a master key that was retired verify with the public key they carry', async () => {
  const [old, newer] = [randomBytes(32), randomBytes(32)]
  const before = makeKeyRing(new Map([[1, old]]))
  const both = makeKeyRing(
    new Map([
      [1, old],
      [2, newer],
    ]),
  )
  const after = makeKeyRing(new Map([[2, newer]]))
  await tell(1)
  await link(before)
  await tell(1)
  house.clock.advance(checkpointSeconds)
  await link(both)
  const publicKeys = [signingKeyOf(before).publicKey, signingKeyOf(after).publicKey]
  for (const ring of [both, after]) {
    const lines = (await exported(ring)).map(writeLine)
    expect(await verifyExport(lines, { publicKeys })).toMatchObject({ ok: true, checkpoints: 2 })
  }
})

test.each([
  ['seq', 'overriding'],
  ['id', `'other'`],
  ['user_id', `'somebody-else'`],
  ['resource_type', `'model'`],
  ['action', `'deleted'`],
  ['resource_id', 'null'],
  ['resource_name', `'Thing 2'`],
  ['metadata', `'{"before": 1.0}'`],
  ['created_at', `created_at + interval '1 microsecond'`],
  ['client_sealed', `''`],
])('an event whose %s was edited in the database is found', async (column, value) => {
  await tell(3)
  await link()
  const where = `where workspace_id = '${workspaceId}' and resource_id = '1'`
  if (column === 'seq') {
    await pool.query('alter table activity_events alter column seq drop identity')
    await pool.query(`update activity_events set seq = seq + 1000000 ${where}`)
    await pool.query('alter table activity_events alter column seq add generated always as identity')
    const { rows } = await pool.query('select max(seq)::int as max from activity_events')
    await pool.query(`select setval(pg_get_serial_sequence('activity_events', 'seq'), $1)`, [rows[0].max])
  } else await pool.query(`update activity_events set ${column} = ${value} ${where}`)
  const found = await problems()
  if (column === 'id') expect(found[0]).toMatch(/^The event [0-9a-f]{24} at position 2 is missing\.$/)
  else
    expect(found[0]).toBe(
      'The event at position 2 is not the one that was linked there, or not in its place.',
    )
})

test('an event that was removed is found, with its link and without', async () => {
  await tell(4)
  await link()
  await pool.query(`delete from activity_events where workspace_id = $1 and resource_id = '1'`, [workspaceId])
  expect((await problems())[0]).toMatch(/at position 2 is missing/)
  await pool.query('delete from activity_links where workspace_id = $1 and position = 2', [workspaceId])
  expect(await problems()).toEqual(['Position 2 was expected here, not 3.'])
})

test('two events that changed places are found', async () => {
  await tell(3)
  await link()
  await pool.query(`update activity_links l set event_id = 'x' || event_id where workspace_id = $1`, [
    workspaceId,
  ])
  await pool.query(
    `update activity_links l set event_id = e.id from activity_events e where l.workspace_id = $1 and e.workspace_id = $1
     and e.resource_id = (case l.position when 1 then '1' when 2 then '0' else '2' end)`,
    [workspaceId],
  )
  expect((await problems())[0]).toMatch(/^The event at position 1 is not the one/)
})

test('an event that was written past the triggers is found', async () => {
  await tell(1)
  await link()
  const client = await pool.connect()
  await client.query(`set session_replication_role = replica`)
  await client.query(
    `insert into activity_events (id, workspace_id, user_id, resource_type, action, created_at)
     values ($1, $1, 'u', 'project', 'created', now())`,
    [workspaceId],
  )
  client.release(true)
  expect(await problems()).toEqual([`The event ${workspaceId} is in the feed and not in the chain.`])
})

/** What somebody does who may write everything in the cell and knows how the chain is made. */
const reckonAnew = async (keep: number, change: string) => {
  await pool.query('delete from activity_links where workspace_id = $1 and position > $2', [
    workspaceId,
    keep,
  ])
  await pool.query(
    `delete from activity_events e where workspace_id = $1 and not exists (select from activity_links l where l.event_id = e.id)`,
    [workspaceId],
  )
  await pool.query('delete from activity_checkpoints where workspace_id = $1', [workspaceId])
  await pool.query(`update activity_events set action = $2 where workspace_id = $1`, [workspaceId, change])
  let hash = genesisHash(workspaceId)
  for (const line of await exported())
    if (line.kind === 'event') {
      hash = linkHash(hash, line.position, line.event)
      await pool.query(
        `update activity_links set hash = decode($3, 'hex') where workspace_id = $1 and position = $2`,
        [workspaceId, line.position, hash],
      )
    }
  await pool.query(
    `update activity_heads set position = $2, hash = decode($3, 'hex'), signed_position = 0, signed_at = null where workspace_id = $1`,
    [workspaceId, keep, hash],
  )
}

test('a chain that was reckoned anew in the cell is found by the directory’s checkpoint, even after it was signed again', async () => {
  await tell(5)
  await link()
  await reckonAnew(5, 'deleted')
  expect((await problems())[0]).toBe(
    `Up to position 5 the chain is not the one that was signed at ${at().toISOString()}.`,
  )
  await tell(1)
  await link()
  expect((await problems())[0]).toMatch(/^Up to position 5 the chain is not the one/)
})

test('an end that was cut off in the cell is found by the directory’s checkpoint', async () => {
  await tell(5)
  await link()
  await reckonAnew(3, 'created')
  expect((await problems())[0]).toBe(
    `The chain ends at position 3, but at ${at().toISOString()} it reached 5: its end was cut off.`,
  )
})

test('a chain that was taken away altogether is found', async () => {
  await tell(2)
  await link()
  for (const table of ['events', 'links', 'heads', 'checkpoints'])
    await pool.query(`delete from activity_${table} where workspace_id = $1`, [workspaceId])
  expect((await problems())[0]).toMatch(/^The chain ends at position 0, but/)
})

test('a checkpoint that one of the stores has lost, or that was edited, is found', async () => {
  await tell(2)
  await link()
  await pool.query('delete from activity_checkpoints where workspace_id = $1', [workspaceId])
  expect(await problems()).toEqual(['The cell has lost the checkpoint of position 2.'])
  await directory.query('delete from activity_checkpoints where workspace_id = $1', [workspaceId])
  await tell(1)
  house.clock.advance(checkpointSeconds)
  await link()
  expect(await problems()).toEqual([])
  await directory.query('delete from activity_checkpoints where workspace_id = $1', [workspaceId])
  expect(await problems()).toEqual(['The directory has lost the checkpoint of position 3.'])
  await pool.query(
    `update activity_checkpoints set created_at = created_at - interval '1 day' where workspace_id = $1`,
    [workspaceId],
  )
  expect((await problems())[0]).toBe('The signature of this checkpoint does not fit it.')
})
