import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { passPassword } from '../../../../test/factors.ts'
import { aPerson, aStranger, type Caller, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const days = (count: number) => count * 24 * 3600
let made = 0
const anAddress = () => `late.${++made}@example.com`

/** Sessions age with the clock too; this is a fresh one. */
const signIn = async (person: Person): Promise<Caller> => {
  const browser = aBrowser(house)
  await passPassword(person, browser)
  return browser.call
}

const invite = async (call: Caller, { username }: Team, email: string) => {
  const reply = await call('POST', `/api/members?owner=${username}`, { email, role: 'editor' })
  expect(reply.statusCode).toBe(200)
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(email)[0]!.text)![1]!
  return { token, inviteId: reply.json().inviteId as string }
}

const runClock = async () => {
  await house.runSchedules()
  await house.runJobs()
}

const lapseMailsTo = ({ email }: Person) =>
  house.mailbox.list(email).filter(({ subject }) => subject.includes('lapsed'))

const show = (token: string) => aStranger(house)('GET', `/api/invites/info?token=${token}`)

test('an invite holds to the last second of its fourteen days and not one longer', async () => {
  const owner = await aPerson(house)
  const [early, late] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [[owner, 'owner']])
  const first = await invite(owner.call, team, early.email)
  const second = await invite(owner.call, team, late.email)
  house.clock.advance(days(14) - 1)
  expect((await show(first.token)).json().status).toBe('pending')
  const accepted = await (await signIn(early))('POST', '/api/invites/accept', { token: first.token })
  expect(accepted.statusCode).toBe(200)

  house.clock.advance(1)
  const refused = await (await signIn(late))('POST', '/api/invites/accept', { token: second.token })
  expect([refused.statusCode, refused.json()]).toEqual([
    410,
    expect.objectContaining({ code: expect.any(String), reason: 'invite_expired' }),
  ])
  expect((await show(second.token)).json().status).toBe('expired')
  const call = await signIn(owner)
  for (const [method, path] of [
    ['DELETE', `/api/invites/${second.inviteId}`],
    ['POST', `/api/invites/${second.inviteId}/resend`],
  ] as const)
    expect((await call(method, `${path}?owner=${team.username}`)).json().reason).toBe('invite_expired')
})

test('the seat of a lapsed invite is free at that moment, before the clock’s work has been done', async () => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']], { seats: 2 })
  const email = anAddress()
  await invite(owner.call, team, email)
  house.clock.advance(days(14) - 1)
  const call = await signIn(owner)
  const other = { email: anAddress(), role: 'viewer' }
  expect((await call('POST', `/api/members?owner=${team.username}`, other)).json().reason).toBe(
    'seat_limit_reached',
  )
  house.clock.advance(1)
  const { members } = (await call('GET', `/api/members?owner=${team.username}`)).json()
  expect(members).toHaveLength(1)
  expect((await call('POST', `/api/members?owner=${team.username}`, other)).statusCode).toBe(200)
})

test('an address can be invited again from the moment its invite lapsed', async () => {
  const owner = await aPerson(house)
  const guest = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']], { seats: 2 })
  const before = await invite(owner.call, team, guest.email)
  house.clock.advance(days(14))
  const after = await invite(await signIn(owner), team, guest.email)
  await runClock()
  expect((await show(before.token)).json().status).toBe('expired')
  const accepted = await (await signIn(guest))('POST', '/api/invites/accept', { token: after.token })
  expect(accepted.statusCode).toBe(200)
})

test('the owner is mailed once about a lapse, wherever they live, and the feed tells it without the address', async () => {
  const founder = await aPerson(house, { region: 'eu' })
  const owner = await aPerson(house, { region: 'ap' })
  const team = await aTeam(house, [
    [founder, 'owner'],
    [owner, 'admin'],
  ])
  const email = anAddress()
  const { inviteId } = await invite(founder.call, team, email)
  await founder.call('POST', `/api/members/transfer-ownership?owner=${team.username}`, {
    targetUserId: owner.userId,
  })
  house.clock.advance(days(14) - 1)
  await runClock()
  expect(lapseMailsTo(owner)).toEqual([])
  house.clock.advance(1)
  for (let time = 0; time < 3; time++) await runClock()
  expect(lapseMailsTo(owner)).toHaveLength(1)
  expect(lapseMailsTo(owner)[0]!.text).toContain(`The invite of ${email} to The team`)
  expect(lapseMailsTo(founder)).toEqual([])
  const { rows } = await house.cells.get('eu-1').pool.query(
    `select resource_type || '/' || action as event, metadata, resource_name from activity_events
     where workspace_id = $1 and resource_id = $2 order by seq`,
    [team.id, inviteId],
  )
  expect(rows).toMatchObject([
    { event: 'settings/created', metadata: { kind: 'invite', change: 'invite_sent' } },
    { event: 'settings/deleted', metadata: { kind: 'invite', change: 'invite_expired', role: 'editor' } },
  ])
  expect(JSON.stringify(rows)).not.toContain('@')
})

test('nobody is mailed of an invite that was accepted or cancelled', async () => {
  const owner = await aPerson(house)
  const guest = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']])
  const accepted = await invite(owner.call, team, guest.email)
  await guest.call('POST', '/api/invites/accept', { token: accepted.token })
  const { inviteId } = await invite(owner.call, team, anAddress())
  await owner.call('DELETE', `/api/invites/${inviteId}?owner=${team.username}`)
  house.clock.advance(days(15))
  await runClock()
  expect(lapseMailsTo(owner)).toEqual([])
})

test('a resent invite lapses fourteen days after that, not after it was first sent', async () => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']])
  const email = anAddress()
  const { inviteId } = await invite(owner.call, team, email)
  house.clock.advance(days(13))
  const call = await signIn(owner)
  expect((await call('POST', `/api/invites/${inviteId}/resend?owner=${team.username}`)).statusCode).toBe(200)
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(email)[0]!.text)![1]!
  house.clock.advance(days(14) - 1)
  await runClock()
  expect((await show(token)).json().status).toBe('pending')
  house.clock.advance(1)
  await runClock()
  expect((await show(token)).json().status).toBe('expired')
  expect(lapseMailsTo(owner)).toHaveLength(1)
})

test('a link that is over says why for ninety days, and is unknown after that', async () => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']])
  const { token, inviteId } = await invite(owner.call, team, anAddress())
  house.clock.advance(days(14))
  await runClock()
  house.clock.advance(days(90))
  await runClock()
  expect((await show(token)).json().status).toBe('expired')
  house.clock.advance(1)
  await runClock()
  expect((await show(token)).statusCode).toBe(404)
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select id from invites where id = $1', [inviteId])
  expect(rows).toEqual([])
})
