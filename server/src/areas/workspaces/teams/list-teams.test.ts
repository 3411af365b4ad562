import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const list = async ({ call }: Pick<Person, 'call'>) => (await call('GET', '/api/teams')).json()
const usernames = ({ teams }: { teams: Team[] }) => teams.map(({ username }) => username).sort()

/** Somebody of us who belongs to a team of each region, with the owners' other regions. */
const aTraveller = async () => {
  const person = await aPerson(house, { region: 'us' })
  const teams: Record<string, Team> = {}
  for (const region of ['us', 'eu', 'ap'] as const)
    teams[region] = await aTeam(house, [
      [await aPerson(house, { region }), 'owner'],
      [person, region === 'eu' ? 'admin' : 'viewer'],
    ])
  return { person, teams: teams as Record<'us' | 'eu' | 'ap', Team> }
}

/** Runs `work` while nobody listens where the cell was, and its connections are lost. */
const whileGone = async (cellId: string, work: () => Promise<void>): Promise<void> => {
  const { pool } = house.cells.get(cellId)
  const { connectionString } = pool.options
  pool.options.connectionString = 'postgres://nobody@127.0.0.1:1/nothing'
  const client = new pg.Client({ connectionString: house.urls.directory })
  await client.connect()
  const database = new URL(house.urls.cells[cellId]!).pathname.slice(1)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
  await client.end()
  try {
    await work()
  } finally {
    pool.options.connectionString = connectionString!
  }
}

/** Runs `work` while the cell takes requests and answers none that ask who belongs where. */
const whileHung = async <T>(cellId: string, work: () => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: house.urls.cells[cellId] })
  await client.connect()
  await client.query('begin; lock table memberships in access exclusive mode')
  try {
    return await work()
  } finally {
    await client.query('rollback')
    await client.end()
  }
}

test('somebody sees the teams of every region they belong to, with their role in each, and not their own workspace', async () => {
  const { person, teams } = await aTraveller()
  const reply = await list(person)
  expect(reply.unreachable).toEqual([])
  expect(usernames(reply)).toEqual(usernames({ teams: Object.values(teams) }))
  for (const region of ['us', 'eu', 'ap'] as const)
    expect(reply.teams).toContainEqual(
      expect.objectContaining({
        userId: teams[region].id,
        username: teams[region].username,
        fullName: 'The team',
        accountType: 'team',
        plan: 'enterprise',
        region,
        role: region === 'eu' ? 'admin' : 'viewer',
      }),
    )
})

test('the list is by name, whatever the region', async () => {
  const person = await aPerson(house)
  for (const [region, displayName] of [
    ['us', 'Cedar'],
    ['eu', 'ash'],
    ['ap', 'Birch'],
  ] as const) {
    const owner = await aPerson(house, { region })
    const team = await aTeam(house, [
      [owner, 'owner'],
      [person, 'viewer'],
    ])
    await owner.call('POST', `/api/settings?owner=${team.username}`, { displayName })
  }
  const names = (await list(person)).teams.map(({ fullName }: { fullName: string }) => fullName)
  expect(names).toEqual(['ash', 'Birch', 'Cedar'])
})

test('somebody of no team has an empty list, and keys and strangers have none', async () => {
  const person = await aPerson(house)
  expect(await list(person)).toEqual({ teams: [], unreachable: [] })
  expect((await aStranger(house)('GET', '/api/teams')).statusCode).toBe(401)
  const { key } = (await person.call('POST', '/api/api-keys', {})).json()
  const byKey = await aStranger(house)('GET', '/api/teams', undefined, { authorization: `Bearer ${key}` })
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
})

test('a team that cannot be entered is listed with the reason', async () => {
  const [owner, person] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const team = await aTeam(
    house,
    [
      [owner, 'owner'],
      [person, 'viewer'],
    ],
    { secondFactorRequired: true },
  )
  expect((await list(person)).teams).toMatchObject([
    { username: team.username, deniedReason: 'second_factor_required' },
  ])
})

test('a region that does not answer in time is named, and the teams of the others are there', async () => {
  const { person, teams } = await aTraveller()
  const reply = await whileHung('eu-1', () => list(person))
  expect(reply.unreachable).toEqual(['eu'])
  expect(usernames(reply)).toEqual(usernames({ teams: [teams.us, teams.ap] }))
  expect((await list(person)).teams).toHaveLength(3)
})

test('somebody whose active team is in a region that is gone still learns who they are, and where else they belong', async () => {
  const { person, teams } = await aTraveller()
  await person.call('POST', '/api/auth/workspace', { username: teams.ap.username })
  expect((await person.call('GET', '/api/auth/me')).json().workspace.username).toBe(teams.ap.username)
  await whileGone('ap-1', async () => {
    const me = await person.call('GET', '/api/auth/me')
    expect([me.statusCode, me.json().user.id, me.json().workspace.username]).toEqual([
      200,
      person.userId,
      person.username,
    ])
    const reply = await list(person)
    expect(reply.unreachable).toEqual(['ap'])
    expect(usernames(reply)).toEqual(usernames({ teams: [teams.us, teams.eu] }))
    const there = await person.call('GET', `/api/settings?owner=${teams.ap.username}`)
    expect([there.statusCode, there.json().reason]).toEqual([503, 'store_unavailable'])
    expect(Number(there.headers['retry-after'])).toBeGreaterThan(0)
    for (const username of [teams.eu.username, person.username]) {
      expect((await person.call('POST', '/api/auth/workspace', { username })).statusCode).toBe(200)
      expect((await person.call('GET', '/api/settings')).json().username).toBe(username)
    }
  })
  expect(await list(person)).toMatchObject({ teams: [{}, {}, {}], unreachable: [] })
})

test('a key of a team in a region that is gone is not told that it is invalid', async () => {
  const owner = await aPerson(house, { region: 'ap' })
  const team = await aTeam(house, [[owner, 'owner']])
  const { key } = (await owner.call('POST', `/api/api-keys?owner=${team.username}`, {})).json()
  const use = () => aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ${key}` })
  await whileGone('ap-1', async () => expect((await use()).statusCode).toBe(503))
  expect((await use()).statusCode).toBe(200)
})
