import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce } from '../../../../test/at-once.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const path = '/api/settings/preferences'
const load = async ({ call }: Person) => (await call('GET', path)).json()
const change = ({ call }: Person, body: unknown) => call('PATCH', path, body)

const atFirst = {
  theme: 'system',
  earlyAccess: false,
  mail: { trainingComplete: true, deploymentStatus: true, productUpdates: false, billingAlerts: true },
}

test('a new account follows the system, tries nothing early and is mailed what concerns it', async () => {
  expect(await load(await aPerson(house))).toEqual(atFirst)
})

test('a change touches what it names, and the feed keeps what it was', async () => {
  const person = await aPerson(house)
  const changed = { ...atFirst, theme: 'dark', mail: { ...atFirst.mail, trainingComplete: false } }
  const reply = await change(person, { theme: 'dark', mail: { trainingComplete: false } })
  expect([reply.statusCode, reply.json()]).toEqual([200, changed])
  house.clock.advance(1)
  expect((await change(person, { earlyAccess: true })).json()).toEqual({ ...changed, earlyAccess: true })
  expect(await load(person)).toEqual({ ...changed, earlyAccess: true })
  const { rows } = await house.cells.get('us-1').pool.query(
    `select metadata->'before' as before, metadata->'after' as after from activity_events
       where user_id = $1 and metadata->>'kind' = 'preferences' order by id`,
    [person.userId],
  )
  expect(rows).toEqual([
    {
      before: { theme: 'system', trainingComplete: true },
      after: { theme: 'dark', trainingComplete: false },
    },
    { before: { earlyAccess: false }, after: { earlyAccess: true } },
  ])
})

test('what changes nothing is not told', async () => {
  const person = await aPerson(house)
  for (const body of [{}, { theme: 'system' }, { mail: {} }, { mail: { productUpdates: false } }])
    expect((await change(person, body)).json()).toEqual(atFirst)
  const { rows } = await house.cells
    .get('us-1')
    .pool.query(`select 1 from activity_events where user_id = $1 and metadata->>'kind' = 'preferences'`, [
      person.userId,
    ])
  expect(rows).toEqual([])
})

test('changes at the same moment are all kept', async () => {
  const person = await aPerson(house)
  const bodies = [
    { theme: 'light' },
    { earlyAccess: true },
    { mail: { productUpdates: true } },
    { mail: { deploymentStatus: false } },
    { mail: { trainingComplete: false } },
  ]
  await atOnce(bodies.length, (n) => change(person, bodies[n]))
  expect(await load(person)).toEqual({
    theme: 'light',
    earlyAccess: true,
    mail: { trainingComplete: false, deploymentStatus: false, productUpdates: true, billingAlerts: true },
  })
})

test.each([
  ['billing alerts turned off', { mail: { billingAlerts: false } }],
  ['a theme that does not exist', { theme: 'sepia' }],
  ['something that is no switch', { earlyAccess: 'yes' }],
  ['a field nobody asked for', { plan: 'enterprise' }],
  ['a list', []],
])('%s is refused, and nothing changes', async (_what, body) => {
  const person = await aPerson(house)
  const reply = await change(person, body)
  expect([reply.statusCode, reply.json().reason]).toEqual([400, 'invalid_request'])
  expect(await load(person)).toEqual(atFirst)
})

test('preferences are of a person, not of a team, and no key reads or changes them', async () => {
  const person = await aPerson(house)
  const { username } = await aTeam(house, [[person, 'owner']])
  expect((await person.call('GET', `${path}?owner=${username}`)).json()).toEqual(atFirst)
  const key = await aKey(house, person, { scopes: ['admin', 'read', 'write'] })
  for (const method of ['GET', 'PATCH'] as const) {
    const body = method === 'PATCH' ? { theme: 'dark' } : undefined
    const byKey = await key.call(method, path, body)
    expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
    expect((await aStranger(house)(method, path, body)).statusCode).toBe(401)
  }
})
