import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../test/browser.ts'
import { aTotp, passPassword } from '../../../test/factors.ts'
import { aPerson, aStranger, type Caller, type Person } from '../../../test/people.ts'
import { aTeam, type Team } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { grantEnterprise } from './grant-enterprise.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const hour = 3600

const switchTo = ({ call }: { call: Caller }, { username }: { username: string }) =>
  call('POST', '/api/auth/workspace', { username })
const me = async ({ call }: { call: Caller }) => (await call('GET', '/api/auth/me')).json().workspace
/** The workspace that each of these routes acts in when none is named. */
const actsIn = async ({ call }: { call: Caller }): Promise<string> =>
  (await call('GET', '/api/settings')).json().username

/** An owner of eu and a member of us, who share a team. */
const aPair = async (options: Parameters<typeof aTeam>[2] = {}) => {
  const [owner, member] = [await aPerson(house, { region: 'eu' }), await aPerson(house, { region: 'us' })]
  const team = await aTeam(
    house,
    [
      [owner, 'owner'],
      [member, 'admin'],
    ],
    options,
  )
  return { owner, member, team }
}

const grant = ({ username }: Team, seats: number, untilHours: number | null) => {
  const at = house.clock.now()
  const until = untilHours === null ? null : new Date(at.getTime() + untilHours * hour * 1000)
  return grantEnterprise(house, username, { seats, until }, at)
}

test('a session begins in the own workspace, and acts in the one it is switched to from then on', async () => {
  const { member, team } = await aPair()
  expect([await actsIn(member), (await me(member)).username]).toEqual([member.username, member.username])
  const reply = await switchTo(member, team)
  expect([reply.statusCode, reply.json()]).toEqual([
    200,
    {
      workspace: {
        id: team.id,
        username: team.username,
        displayName: 'The team',
        accountType: 'team',
        plan: 'enterprise',
        region: 'eu',
        role: 'admin',
      },
    },
  ])
  expect(await me(member)).toMatchObject({ username: team.username, role: 'admin', licenseExpired: false })
  expect((await switchTo(member, member)).json().workspace).toMatchObject({
    accountType: 'personal',
    role: 'owner',
  })
  expect(await actsIn(member)).toBe(member.username)
})

test('every route that acts on a workspace follows: what is made there is there, and seen there only', async () => {
  const { owner, member, team } = await aPair()
  await switchTo(member, team)
  const key = (await member.call('POST', '/api/api-keys', { name: 'made by switching' })).json()
  await member.call('POST', '/api/settings', { bio: 'Written after switching' })
  const invited = await member.call('POST', '/api/members', { email: 'switched@example.com', role: 'viewer' })
  expect(invited.statusCode).toBe(200)
  expect((await member.call('GET', '/api/members')).json().members).toHaveLength(3)
  expect((await member.call('GET', '/api/api-keys')).body).toContain('made by switching')
  expect((await member.call('GET', '/api/activity')).json().total).toBeGreaterThanOrEqual(4)
  const used = await aStranger(house)('GET', '/api/settings', undefined, {
    authorization: `Bearer ${key.key}`,
  })
  expect(used.json()).toMatchObject({ username: team.username, bio: 'Written after switching' })
  expect((await owner.call('GET', `/api/api-keys?owner=${team.username}`)).body).toContain(
    'made by switching',
  )

  await switchTo(member, member)
  expect((await member.call('GET', '/api/api-keys')).body).not.toContain('made by switching')
  expect((await member.call('GET', '/api/members')).json().members).toHaveLength(1)
  expect((await member.call('GET', '/api/settings')).json().bio).toBe('')
})

test('a request that names its workspace acts there, whichever is active; one that is not theirs is never replaced', async () => {
  const { member, team } = await aPair()
  await switchTo(member, team)
  const named = async (owner: string) => member.call('GET', `/api/settings?owner=${owner}`)
  expect((await named(member.username)).json().username).toBe(member.username)
  expect((await named(team.username)).json().username).toBe(team.username)
  const foreign = await aPair()
  for (const owner of [foreign.team.username, foreign.owner.username, 'nobody-at-all', 'Not A Name'])
    expect([(await named(owner)).statusCode, (await named(owner)).json().reason]).toEqual([
      404,
      'workspace_not_found',
    ])
  expect(await actsIn(member)).toBe(team.username)
})

test('sessions of one person are each in their own workspace, and a new one begins at home', async () => {
  const { member, team } = await aPair()
  const browser = aBrowser(house)
  await passPassword(member, browser)
  await switchTo(member, team)
  expect([await actsIn(member), await actsIn(browser)]).toEqual([team.username, member.username])
  await switchTo(browser, team)
  await switchTo(member, member)
  expect([await actsIn(member), await actsIn(browser)]).toEqual([member.username, team.username])
})

test('what belongs to the person stays with the person, whichever workspace is active', async () => {
  const { member, team } = await aPair()
  await switchTo(member, team)
  const { user } = (await member.call('GET', '/api/auth/me')).json()
  expect(user).toMatchObject({ id: member.userId, username: member.username, email: member.email })
  expect((await member.call('GET', '/api/settings/emails')).json().emails).toMatchObject([
    { address: member.email },
  ])
  expect((await member.call('GET', '/api/settings/preferences')).statusCode).toBe(200)
  expect((await member.call('GET', '/api/settings')).json().email).toBe(member.email)
  const made = await member.call('POST', '/api/teams/create', {
    username: `${team.username}-b`,
    fullName: 'Made while elsewhere',
  })
  expect(made.json().team.region).toBe('us')
})

test('somebody removed from their active team finds themselves at home with the next request', async () => {
  const { owner, member, team } = await aPair()
  await switchTo(member, team)
  await owner.call('DELETE', `/api/members/${member.userId}?owner=${team.username}`)
  expect([await actsIn(member), (await me(member)).username]).toEqual([member.username, member.username])
  expect((await member.call('GET', '/api/members')).json().members).toMatchObject([{ userId: member.userId }])
})

test('a deleted team that is still noted as active gives way to the own workspace, before and after the job', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const team = await aTeam(house, [[owner, 'owner']])
  await switchTo(owner, team)
  const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: team.username }
  expect((await owner.call('POST', '/api/gdpr', body)).statusCode).toBe(200)
  expect(await actsIn(owner)).toBe(owner.username)
  await house.runJobs()
  expect([await actsIn(owner), (await me(owner)).username]).toEqual([owner.username, owner.username])
  expect((await owner.call('POST', '/api/api-keys', {})).statusCode).toBe(200)
})

test('nobody switches to a workspace that is not theirs, and nobody without a session', async () => {
  const [{ team }, stranger] = [await aPair(), await aPerson(house)]
  for (const username of [team.username, 'nobody-at-all', 'Not A Name'])
    expect((await switchTo(stranger, { username })).json()).toMatchObject({
      error: 'Workspace not found',
      reason: 'workspace_not_found',
    })
  expect((await switchTo({ call: aStranger(house) }, team)).statusCode).toBe(401)
  expect((await stranger.call('POST', '/api/auth/workspace', {})).statusCode).toBe(400)
  const { key } = (await stranger.call('POST', '/api/api-keys', { scopes: ['admin'] })).json()
  const byKey: Caller = (method, url, sent) =>
    aStranger(house)(method, url, sent, { authorization: `Bearer ${key}` })
  expect((await switchTo({ call: byKey }, stranger)).json().reason).toBe('session_only')
})

test('a role given or taken in the active workspace holds for the next request', async () => {
  const { owner, member, team } = await aPair()
  await switchTo(member, team)
  const rename = () => member.call('POST', '/api/settings', { displayName: 'Renamed' })
  expect((await rename()).statusCode).toBe(200)
  await owner.call('PATCH', `/api/members/${member.userId}?owner=${team.username}`, { role: 'viewer' })
  expect((await rename()).json()).toMatchObject({ reason: 'permission_denied', needs: { role: 'admin' } })
  expect((await me(member)).role).toBe('viewer')
})

test('a team that asks for a second factor is not switched to with a password alone, and is with both', async () => {
  const { member, team } = await aPair({ secondFactorRequired: true })
  const refused = await switchTo(member, team)
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'second_factor_required'])
  expect(await actsIn(member)).toBe(member.username)
  await aTotp(house, member)
  expect((await switchTo(member, team)).statusCode).toBe(200)
  expect(await actsIn(member)).toBe(team.username)
  await member.call('DELETE', '/api/auth/factors/totp')
  expect((await member.call('GET', '/api/settings')).json().reason).toBe('second_factor_required')
  expect(await me(member)).toMatchObject({ username: team.username, deniedReason: 'second_factor_required' })
  expect((await switchTo(member, member)).statusCode).toBe(200)
})

test('a licence that has run out keeps members out and lets the owner in; another grant lets all in at once', async () => {
  const { owner, member, team } = await aPair()
  const invitee = await aPerson(house)
  await grant(team, 5, 1)
  for (const person of [owner, member]) await switchTo(person, team)
  const { key } = (await member.call('POST', '/api/api-keys', {})).json()
  const byKey = () => aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ${key}` })
  await owner.call('POST', '/api/members', { email: invitee.email, role: 'viewer' })
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(invitee.email)[0]!.text)![1]
  house.clock.advance(hour)

  const refused = await member.call('GET', '/api/settings')
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'license_expired'])
  expect([(await byKey()).statusCode, (await byKey()).json().reason]).toEqual([403, 'license_expired'])
  expect(await me(member)).toMatchObject({
    username: team.username,
    deniedReason: 'license_expired',
    licenseExpired: true,
  })
  expect((await member.call('GET', '/api/teams')).json().teams).toMatchObject([
    { username: team.username, plan: 'enterprise', deniedReason: 'license_expired' },
  ])
  expect((await switchTo(member, member)).statusCode).toBe(200)
  expect((await switchTo(member, team)).json().reason).toBe('license_expired')

  expect(await me(owner)).toMatchObject({ username: team.username, licenseExpired: true })
  expect(await me(owner)).not.toHaveProperty('deniedReason')
  const { maxSeats, members } = (await owner.call('GET', '/api/members')).json()
  expect([maxSeats, members.length]).toEqual([1, 3])
  const more = await owner.call('POST', '/api/members', { email: 'one.more@example.com', role: 'viewer' })
  expect([more.statusCode, more.json().reason]).toEqual([403, 'license_expired'])
  const accepted = await invitee.call('POST', '/api/invites/accept', { token })
  expect([accepted.statusCode, accepted.json().reason]).toEqual([403, 'license_expired'])

  await grant(team, 5, null)
  expect((await switchTo(member, team)).statusCode).toBe(200)
  expect([await actsIn(member), (await byKey()).statusCode]).toEqual([team.username, 200])
  expect((await invitee.call('POST', '/api/invites/accept', { token })).statusCode).toBe(200)
  expect((await owner.call('GET', '/api/members')).json().maxSeats).toBe(5)
})

test('what can be made after a licence has run out is what Free allows, and what exists stays', async () => {
  const { owner, team } = await aPair()
  await grant(team, 5, 1)
  await switchTo(owner, team)
  const { key } = (await owner.call('POST', '/api/api-keys', { scopes: ['write'] })).json()
  let n = 0
  const start = () =>
    aStranger(house)(
      'POST',
      '/api/webhooks/training/metrics',
      { event: 'training_started', project: 'limits', name: `train-${++n}`, data: {} },
      { authorization: `Bearer ${key}` },
    )
  for (let model = 0; model < 101; model++) expect((await start()).statusCode).toBe(200)
  house.clock.advance(hour)
  expect((await start()).json().reason).toBe('model_limit_reached')
  const { models } = (await owner.call('GET', '/api/projects/limits')).json()
  expect(models).toHaveLength(101)
  await grant(team, 5, 1)
  expect((await start()).statusCode).toBe(200)
})

test('fewer seats than members take nobody out; nobody new gets in', async () => {
  const { owner, member, team } = await aPair()
  await grant(team, 1, null)
  expect((await switchTo(member, team)).statusCode).toBe(200)
  expect((await owner.call('GET', `/api/members?owner=${team.username}`)).json()).toMatchObject({
    maxSeats: 1,
    members: [{ userId: owner.userId }, { userId: member.userId }],
  })
  const reply = await owner.call('POST', `/api/members?owner=${team.username}`, {
    email: 'too.many@example.com',
    role: 'viewer',
  })
  expect(reply.json().reason).toBe('seat_limit_reached')
})

test('a grant is told in the feed as the operator’s, and reaches personal workspaces and every region', async () => {
  for (const region of ['us', 'eu', 'ap'] as const) {
    const person: Person = await aPerson(house, { region })
    const until = new Date(house.clock.now().getTime() + hour * 1000)
    const granted = await grantEnterprise(house, person.username, { seats: 9, until }, house.clock.now())
    expect(granted).toMatchObject({ workspaceId: person.userId, region })
    const { events } = (await person.call('GET', '/api/activity')).json()
    expect(events[0]).toMatchObject({
      resourceType: 'settings',
      action: 'updated',
      userName: 'The operator',
      userEmail: '',
      metadata: { kind: 'billing', change: 'enterprise_granted', seats: 9, until: until.toISOString() },
    })
    expect((await person.call('GET', '/api/members')).json().maxSeats).toBe(9)
  }
  expect(
    await grantEnterprise(house, 'nobody-at-all', { seats: 1, until: null }, house.clock.now()),
  ).toBeUndefined()
})
