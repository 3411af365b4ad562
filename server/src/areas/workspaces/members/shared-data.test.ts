import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpAll, holdersOf, holds } from '../../../../test/dump.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

/* What a team in one region learns and keeps of a member who lives in another, and what the member's own region knows of the team. */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** Somebody of us in a team of eu, come by an invite; everything done that jobs and schedules do. */
const aGuest = async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const guest = await aPerson(house, { region: 'us' })
  const team = await aTeam(house, [[owner, 'owner']])
  const body = { email: guest.email, role: 'editor' }
  await owner.call('POST', `/api/members?owner=${team.username}`, body)
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(guest.email)[0]!.text)![1]!
  return { owner, guest, team, token }
}

const join = async ({ guest, token }: { guest: Person; token: string }) => {
  expect((await guest.call('POST', '/api/invites/accept', { token })).statusCode).toBe(200)
  await house.runSchedules()
  await house.runJobs()
}

const nameIn = async (owner: Person, { username }: Team, { userId }: Person) =>
  (await owner.call('GET', `/api/members?owner=${username}`))
    .json()
    .members.find((member: { userId: string }) => member.userId === userId)?.displayName

test('an address that is invited is in no store in the clear: not before it is accepted, not after', async () => {
  const invited = await aGuest()
  expect(await holdersOf(house, invited.guest.email)).toEqual([])
  await join(invited)
  expect(await holdersOf(house, invited.guest.email, invited.owner.email)).toEqual([])
  const { team, guest, owner } = invited
  await owner.call('PATCH', `/api/members/${guest.userId}?owner=${team.username}`, { role: 'viewer' })
  await guest.call('DELETE', `/api/members/${guest.userId}?owner=${team.username}`)
  expect(await holdersOf(house, guest.email)).toEqual([])
})

test('the token of a mailed link is in no store, in no spelling', async () => {
  const invited = await aGuest()
  expect(await holdersOf(house, invited.token)).toEqual([])
  await join(invited)
  expect(await holdersOf(house, invited.token)).toEqual([])
  expect(house.logged()).not.toContain(invited.token)
})

test('the region of the team keeps the name of a guest and nothing of their account; no third one knows either', async () => {
  const invited = await aGuest()
  const { guest, team } = invited
  const secret = 'A company that is told to nobody else'
  await guest.call('POST', '/api/settings', { company: secret, github: 'guest-at-github' })
  await guest.call('POST', '/api/settings', { bio: 'Ten characters and a few more' })
  await join(invited)
  const { 'eu-1': there, 'ap-1': third } = await dumpAll(house)
  expect(holds(there!, `Person ${guest.username}`)).toBe(true)
  for (const text of [secret, 'guest-at-github', 'Ten characters and a few more'])
    expect(holds(there!, text), text).toBe(false)
  for (const text of [guest.userId, guest.username, team.id, team.username])
    expect(third!.includes(text), text).toBe(false)
  const { rows } = await house.cells.get('eu-1').pool.query(
    `select (select count(*)::int from users where id = $1) as users,
       (select count(*)::int from emails where user_id = $1) as emails,
       (select count(*)::int from sessions where user_id = $1) as sessions,
       (select count(*)::int from profiles where id = $1) as profiles`,
    [guest.userId],
  )
  expect(rows).toEqual([{ users: 0, emails: 0, sessions: 0, profiles: 0 }])
})

test('the home region of a guest knows nothing of the team but which one a session is active in', async () => {
  const invited = await aGuest()
  const { guest, team } = invited
  await join(invited)
  const tellsOfTeam = async () =>
    (await dumpAll(house))
      ['us-1']!.split('\n')
      .filter((line) => line.includes(team.id) || line.includes(team.username))
  expect(await tellsOfTeam()).toEqual([])
  await guest.call('POST', '/api/auth/workspace', { username: team.username })
  const told = await tellsOfTeam()
  expect(told).toHaveLength(1)
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select user_id, active_cell_id from sessions where active_workspace_id = $1', [team.id])
  expect(rows).toEqual([{ user_id: guest.userId, active_cell_id: 'eu-1' }])
})

test('the directory holds ids of members and teams, and no name of either', async () => {
  const invited = await aGuest()
  const { guest, team, owner } = invited
  await join(invited)
  const { directory } = await dumpAll(house)
  for (const name of [guest.username, team.username, owner.username, guest.email, 'The team'])
    expect(holds(directory!, name), name).toBe(false)
})

test('no event of a team holds an address, whatever its members do', async () => {
  const invited = await aGuest()
  const { owner, guest, team } = invited
  await join(invited)
  await owner.call('PATCH', `/api/members/${guest.userId}?owner=${team.username}`, { role: 'admin' })
  await owner.call('POST', `/api/members/transfer-ownership?owner=${team.username}`, {
    targetUserId: guest.userId,
  })
  await owner.call('DELETE', `/api/members/${owner.userId}?owner=${team.username}`)
  const { rows } = await house.cells
    .get('eu-1')
    .pool.query('select * from activity_events where workspace_id = $1', [team.id])
  expect(rows.length).toBeGreaterThanOrEqual(6)
  expect(JSON.stringify(rows)).not.toContain('@')
})

test('another display name reaches every region the person belongs to', async () => {
  const person = await aPerson(house, { region: 'us' })
  const owners = [await aPerson(house, { region: 'eu' }), await aPerson(house, { region: 'ap' })]
  const teams = await Promise.all(
    owners.map((owner) =>
      aTeam(house, [
        [owner, 'owner'],
        [person, 'viewer'],
      ]),
    ),
  )
  expect(await nameIn(owners[0]!, teams[0]!, person)).toBe(`Person ${person.username}`)
  await person.call('POST', '/api/settings', { displayName: 'Another Name' })
  await house.runJobs()
  for (const n of [0, 1]) expect(await nameIn(owners[n]!, teams[n]!, person)).toBe('Another Name')
})

test('a name changed by somebody who acts for a team is the team’s, and touches no guest', async () => {
  const invited = await aGuest()
  const { owner, guest, team } = invited
  await join(invited)
  await owner.call('POST', `/api/settings?owner=${team.username}`, { displayName: 'Renamed team' })
  await house.runJobs()
  expect(await nameIn(owner, team, guest)).toBe(`Person ${guest.username}`)
  expect(await nameIn(owner, team, owner)).toBe(`Person ${owner.username}`)
})

test('somebody who left is still named by the feed, without an address', async () => {
  const invited = await aGuest()
  const { owner, guest, team } = invited
  await join(invited)
  const joined = async () =>
    (await owner.call('GET', `/api/activity?owner=${team.username}`))
      .json()
      .events.find(({ userId }: { userId: string }) => userId === guest.userId)
  expect(await joined()).toMatchObject({ userName: `Person ${guest.username}`, userEmail: guest.email })
  await owner.call('DELETE', `/api/members/${guest.userId}?owner=${team.username}`)
  expect(await joined()).toMatchObject({ userName: `Person ${guest.username}`, userEmail: '' })
})

test('the key of a guest is destroyed with their last workspace in a region, and made anew when they come back', async () => {
  const invited = await aGuest()
  const { owner, guest, team } = invited
  await join(invited)
  const second = await aTeam(house, [
    [owner, 'owner'],
    [guest, 'viewer'],
  ])
  const keys = async () =>
    (
      await house.cells
        .get('eu-1')
        .pool.query('select 1 from data_keys where account_id = $1', [guest.userId])
    ).rowCount
  expect(await keys()).toBe(1)
  await guest.call('DELETE', `/api/members/${guest.userId}?owner=${team.username}`)
  expect(await keys()).toBe(1)
  await guest.call('DELETE', `/api/members/${guest.userId}?owner=${second.username}`)
  expect(await keys()).toBe(0)
  expect((await guest.call('GET', '/api/auth/me')).json().user.email).toBe(guest.email)

  await owner.call('POST', `/api/members?owner=${team.username}`, { email: guest.email, role: 'viewer' })
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(guest.email)[0]!.text)![1]!
  await join({ guest, token })
  expect(await keys()).toBe(1)
  const { members } = (await owner.call('GET', `/api/members?owner=${team.username}`)).json()
  expect(members[1]).toMatchObject({ userId: guest.userId, email: guest.email })
})

test('somebody who leaves a workspace of their own region keeps the key of their account', async () => {
  const [owner, neighbour] = [await aPerson(house, { region: 'eu' }), await aPerson(house, { region: 'eu' })]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [neighbour, 'viewer'],
  ])
  await owner.call('DELETE', `/api/members/${neighbour.userId}?owner=${team.username}`)
  expect((await neighbour.call('GET', '/api/auth/me')).json().user.email).toBe(neighbour.email)
})
