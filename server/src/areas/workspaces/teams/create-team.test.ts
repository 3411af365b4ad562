import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

let made = 0
const aName = () => `made-${++made}`

const create = ({ call }: Pick<Person, 'call'>, username = aName(), fullName = 'Acme Vision') =>
  call('POST', '/api/teams/create', { username, fullName })
const handOver = ({ call }: Person, { username }: Team, { userId }: Person) =>
  call('POST', `/api/members/transfer-ownership?owner=${username}`, { targetUserId: userId })
const checkName = async (username: string) =>
  (await aStranger(house)('GET', `/api/username/check?username=${username}`)).json()

/** How many teams somebody owns, by every cell's own rows, and how many slots the directory counts for them. */
const ownedBy = async ({ userId }: Person) => {
  let owned = 0
  for (const { pool } of house.cells.all) {
    const { rows } = await pool.query(
      `select workspace_id from memberships where user_id = $1 and role = 'owner' and workspace_id like 'team_%'`,
      [userId],
    )
    owned += rows.length
  }
  return { owned, slots: (await house.directory.listHeld('team_slot', userId)).length }
}

test.each(['us', 'eu', 'ap'] as const)(
  'a team made in %s is kept there, begins on Free and belongs to who made it',
  async (region) => {
    const person = await aPerson(house, { region })
    const username = aName()
    const reply = await create(person, username, '  Acme Vision Labs ')
    expect([reply.statusCode, reply.json()]).toEqual([
      200,
      {
        team: {
          userId: expect.stringMatching(/^team_[0-9a-f]{24}$/),
          username,
          fullName: 'Acme Vision Labs',
          iconColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
          iconLetter: 'AV',
          plan: 'free',
          region,
          role: 'owner',
        },
      },
    ])
    const { userId } = reply.json().team
    for (const cell of house.cells.all) {
      const { rows } = await cell.pool.query('select id from workspaces where id = $1', [userId])
      expect(rows).toHaveLength(cell.region === region ? 1 : 0)
    }
    expect(await checkName(username)).toMatchObject({ available: false, problem: 'taken' })
  },
)

test('the creation is the first thing the feed of the team tells, and nothing in the feed of the person', async () => {
  const person = await aPerson(house)
  const username = aName()
  const { userId } = (await create(person, username)).json().team
  const feed = (await person.call('GET', `/api/activity?owner=${username}`)).json()
  expect(feed.events).toMatchObject([
    {
      resourceType: 'settings',
      action: 'created',
      userId: person.userId,
      userEmail: person.email,
      resourceId: userId,
      resourceName: 'Acme Vision',
      metadata: { kind: 'member', change: 'team_created' },
    },
  ])
  const { events } = (await person.call('GET', '/api/activity')).json()
  expect(JSON.stringify(events)).not.toContain('team_created')
})

test('a team’s name is one of people’s too: taken by either it is taken, in every region', async () => {
  const [one, other] = [await aPerson(house, { region: 'us' }), await aPerson(house, { region: 'eu' })]
  const username = aName()
  expect((await create(one, username)).statusCode).toBe(200)
  for (const name of [username, one.username, other.username]) {
    const reply = await create(other, name)
    expect([reply.statusCode, reply.json().error, reply.json().code]).toEqual([
      409,
      'Username is already taken',
      'CONFLICT',
    ])
  }
  expect(await ownedBy(other)).toEqual({ owned: 0, slots: 0 })
})

test.each([
  ['admin', 'Acme'],
  ['Upper-Case', 'Acme'],
  ['abc', 'Acme'],
  ['x'.repeat(33), 'Acme'],
  ['two--hyphens', 'Acme'],
  ['fine-name', ''],
  ['fine-name', '   '],
  ['fine-name', 'x'.repeat(101)],
])('the name %s with the title %j is refused', async (username, fullName) => {
  const reply = await create(await aPerson(house), username, fullName)
  expect([reply.statusCode, reply.json().code]).toEqual([400, 'VALIDATION_ERROR'])
})

test('teams are made in a browser by somebody signed in, from the site, with a body that makes sense', async () => {
  const person = await aPerson(house)
  const body = { username: aName(), fullName: 'Acme' }
  expect((await aStranger(house)('POST', '/api/teams/create', body)).statusCode).toBe(401)
  const key = await (await aKey(house, person, { scopes: ['admin'] })).call('POST', '/api/teams/create', body)
  expect([key.statusCode, key.json().reason]).toEqual([403, 'session_only'])
  const foreign = await person.call('POST', '/api/teams/create', body, { origin: 'https://evil.example' })
  expect(foreign.json().reason).toBe('cross_origin')
  const more = await person.call('POST', '/api/teams/create', { ...body, plan: 'pro' })
  expect(more.statusCode).toBe(400)
  const broken = await person.call('POST', '/api/teams/create', '{', { 'content-type': 'application/json' })
  expect([broken.statusCode, broken.json().reason]).toEqual([400, 'malformed_json'])
  expect(await checkName(body.username)).toMatchObject({ available: true })
})

test('a person owns five teams and not one more, and a name that was refused stays free', async () => {
  const person = await aPerson(house)
  for (let n = 0; n < 5; n++) expect((await create(person)).statusCode).toBe(200)
  const username = aName()
  const sixth = await create(person, username)
  expect([sixth.statusCode, sixth.json().error, sixth.json().reason]).toEqual([
    403,
    'Maximum of 5 teams per user',
    'team_limit_reached',
  ])
  expect(await checkName(username)).toMatchObject({ available: true })
  expect(await ownedBy(person)).toEqual({ owned: 5, slots: 5 })
})

test('teams that others own do not count', async () => {
  const person = await aPerson(house)
  for (let n = 0; n < 6; n++)
    await aTeam(house, [
      [await aPerson(house), 'owner'],
      [person, 'admin'],
    ])
  expect((await create(person)).statusCode).toBe(200)
  expect((await person.call('GET', '/api/teams')).json().teams).toHaveLength(7)
})

test('handing a team over makes room for another, and takes room from whoever gets it', async () => {
  const [giver, taker] = [await aPerson(house, { region: 'us' }), await aPerson(house, { region: 'eu' })]
  const team = await aTeam(house, [
    [giver, 'owner'],
    [taker, 'admin'],
  ])
  for (let n = 0; n < 4; n++) await create(giver)
  for (let n = 0; n < 5; n++) await create(taker)
  const full = await handOver(giver, team, taker)
  expect([full.statusCode, full.json().reason]).toEqual([403, 'team_limit_reached'])
  expect((await create(giver)).statusCode).toBe(403)

  const other = await aPerson(house, { region: 'ap' })
  const second = await aTeam(house, [
    [other, 'owner'],
    [giver, 'viewer'],
  ])
  expect((await handOver(other, second, giver)).json().reason).toBe('team_limit_reached')
  const { username } = (await taker.call('GET', '/api/teams'))
    .json()
    .teams.find(({ role }: { role: string }) => role === 'owner')
  await taker.call('POST', '/api/gdpr', {
    action: 'delete',
    confirmationWord: 'DELETE',
    teamUsername: username,
  })
  expect((await handOver(giver, team, taker)).statusCode).toBe(200)
  expect((await create(giver)).statusCode).toBe(200)
  expect(await ownedBy(giver)).toEqual({ owned: 5, slots: 5 })
  expect(await ownedBy(taker)).toEqual({ owned: 5, slots: 5 })
})

test('of nine creations at once exactly five come about', async () => {
  const person = await aPerson(house, { region: 'ap' })
  const replies = await atOnce(9, () => create(person))
  expect(tally(replies)).toEqual({ 200: 5, 403: 4 })
  expect(await ownedBy(person)).toEqual({ owned: 5, slots: 5 })
})

test('creations and hand-overs from other regions at once never make more than five', async () => {
  for (let round = 0; round < 4; round++) {
    const person = await aPerson(house, { region: 'us' })
    const givers = [await aPerson(house, { region: 'eu' }), await aPerson(house, { region: 'ap' })]
    const teams = await Promise.all(
      givers.flatMap((giver) =>
        [0, 1].map(async () => ({
          giver,
          team: await aTeam(house, [
            [giver, 'owner'],
            [person, 'viewer'],
          ]),
        })),
      ),
    )
    const [made, given] = await Promise.all([
      atOnce(4, () => create(person)),
      Promise.all(teams.map(({ giver, team }) => handOver(giver, team, person))),
    ])
    expect(tally([...made, ...given])).toEqual({ 200: 5, 403: 3 })
    expect(await ownedBy(person)).toEqual({ owned: 5, slots: 5 })
  }
})

test('a person makes at most twenty teams a day, deleted ones included: each uses up a name for ever', async () => {
  const person = await aPerson(house)
  for (let n = 0; n < 20; n++) {
    const teamUsername = aName()
    expect((await create(person, teamUsername)).statusCode).toBe(200)
    const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername }
    expect((await person.call('POST', '/api/gdpr', body)).statusCode).toBe(200)
  }
  const username = aName()
  const refused = await create(person, username)
  expect([refused.statusCode, refused.json().reason]).toEqual([429, 'rate_limited'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(await checkName(username)).toMatchObject({ available: true })
  expect((await create(await aPerson(house), username)).statusCode).toBe(200)
})

test('one name that ten people want at once goes to one of them', async () => {
  const people = await atOnce(10, (n) => aPerson(house, { region: (['us', 'eu', 'ap'] as const)[n % 3]! }))
  const username = aName()
  const replies = await atOnce(10, (n) => create(people[n]!, username))
  expect(tally(replies)).toEqual({ 200: 1, 409: 9 })
  const slots = await Promise.all(people.map(async (person) => (await ownedBy(person)).slots))
  expect(slots.reduce((sum, each) => sum + each)).toBe(1)
})

test('a slot whose team has another owner by now, as a crash leaves it, is free for a new team', async () => {
  const [giver, taker] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  const team = await aTeam(house, [
    [giver, 'owner'],
    [taker, 'admin'],
  ])
  for (let n = 0; n < 4; n++) await create(giver)
  const release = vi.spyOn(house.directory, 'release').mockRejectedValueOnce(new Error('The process died'))
  expect((await handOver(giver, team, taker)).statusCode).toBe(500)
  release.mockRestore()
  expect(await ownedBy(giver)).toEqual({ owned: 4, slots: 5 })
  expect((await create(giver)).statusCode).toBe(200)
  expect(await ownedBy(giver)).toEqual({ owned: 5, slots: 5 })
  expect(await ownedBy(taker)).toEqual({ owned: 1, slots: 1 })
})

test('a team that comes straight back to its owner takes one of their slots, not none', async () => {
  const [giver, taker] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  const team = await aTeam(house, [
    [giver, 'owner'],
    [taker, 'admin'],
  ])
  const { confirm } = house.directory
  vi.spyOn(house.directory, 'confirm').mockImplementationOnce(async (claim) => {
    const done = await confirm.call(house.directory, claim)
    // The first hand-over holds and is about to free the slot of its giver: at this moment the new owner gives it back.
    expect((await handOver(taker, team, giver)).statusCode).toBe(200)
    return done
  })
  expect((await handOver(giver, team, taker)).statusCode).toBe(200)
  expect(await ownedBy(giver)).toEqual({ owned: 1, slots: 1 })
  expect(await ownedBy(taker)).toEqual({ owned: 0, slots: 0 })
})

/** The next reservation is given up by the janitor before it can be confirmed. */
const lapseNextClaim = () =>
  vi.spyOn(house.directory, 'confirm').mockImplementationOnce(async ({ id }) => {
    await house.directory.giveUp(id)
    return false
  })

test('a creation whose reservation lapsed leaves nothing, and can be tried again', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const username = aName()
  lapseNextClaim()
  const lapsed = await create(person, username)
  expect([lapsed.statusCode, lapsed.json().reason]).toEqual([503, 'store_unavailable'])
  expect(await ownedBy(person)).toEqual({ owned: 0, slots: 0 })
  const { rows } = await house.cells.get('eu-1').pool.query(
    `select id from profiles where username = $1 union
       select id from activity_events where user_id = $2 and metadata->>'change' = 'team_created'`,
    [username, person.userId],
  )
  expect(rows).toEqual([])
  expect((await create(person, username)).statusCode).toBe(200)
})

test('a creation that died before it was confirmed is there once the janitor came by', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const username = aName()
  const died = vi.spyOn(house.directory, 'confirm').mockRejectedValue(new Error('The process died'))
  expect((await create(person, username)).statusCode).toBe(500)
  died.mockRestore()
  expect((await person.call('GET', '/api/teams')).json().teams).toEqual([])
  expect(await checkName(username)).toMatchObject({ available: false })
  house.clock.advance(121)
  await house.runSchedules()
  expect((await person.call('GET', '/api/teams')).json().teams).toMatchObject([{ username, role: 'owner' }])
  expect(await ownedBy(person)).toEqual({ owned: 1, slots: 1 })
})
