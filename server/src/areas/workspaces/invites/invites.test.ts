import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { takeInviteMail } from '../../accounts/emails/mail-limit.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const day = 24 * 3600
let made = 0
const anAddress = () => `invited.${++made}@example.com`

const aTeamOf = async (seats = 50) => {
  const owner = await aPerson(house, { region: 'eu' })
  const admin = await aPerson(house, { region: 'us' })
  const team = await aTeam(
    house,
    [
      [owner, 'owner'],
      [admin, 'admin'],
    ],
    { seats },
  )
  return { owner, admin, team }
}

const invite = (by: Person, { username }: Team, email: string, role = 'editor') =>
  by.call('POST', `/api/members?owner=${username}`, { email, role })
const cancel = (by: Person, { username }: Team, id: string) =>
  by.call('DELETE', `/api/invites/${id}?owner=${username}`)
const resend = (by: Person, { username }: Team, id: string) =>
  by.call('POST', `/api/invites/${id}/resend?owner=${username}`)
const show = (token: string) => aStranger(house)('GET', `/api/invites/info?token=${token}`)

const mailsTo = async (email: string) => {
  await house.runJobs()
  return house.mailbox.list(email)
}
const tokenTo = async (email: string): Promise<string> =>
  /\/invite\?token=([A-Za-z0-9_-]+)/.exec((await mailsTo(email))[0]!.text)![1]!

const pendingIn = async (by: Person, { username }: Team) =>
  (await by.call('GET', `/api/members?owner=${username}`))
    .json()
    .members.filter(({ status }: { status: string }) => status === 'pending')

const eventsOf = async ({ id }: Team) =>
  (
    await house.cells.get('eu-1').pool.query(
      `select resource_type || '/' || action as event, user_id, resource_id, metadata from activity_events
       where workspace_id = $1 and metadata->>'kind' = 'invite' order by seq`,
      [id],
    )
  ).rows

test('an invite is mailed with the names of who invites and where to, and its link whole in the plain text', async () => {
  const { admin, team } = await aTeamOf()
  const email = anAddress()
  const reply = await invite(admin, team, email)
  expect([reply.statusCode, reply.json()]).toEqual([
    200,
    { invited: true, email, inviteId: expect.any(String) },
  ])
  const mails = await mailsTo(email)
  expect(mails).toHaveLength(1)
  const { subject, text, html } = mails[0]!
  expect(subject).toBe(`Person ${admin.username} invites you to The team on Gatehouse`)
  expect(text).toContain(`Person ${admin.username} invites you to The team on Gatehouse, as editor.`)
  const lines = text.split('\n').filter((line) => line.includes('/invite'))
  expect(lines).toEqual([expect.stringMatching(/^http:\/\/localhost:3000\/invite\?token=[A-Za-z0-9_-]{43}$/)])
  expect(html).toContain(`href="${lines[0]}"`)
  expect(text).not.toMatch(/\b\d{6}\b/)
})

test('names that somebody chose stay text in the mail and on one line of its subject', async () => {
  const { owner, team } = await aTeamOf()
  const displayName = 'Eve <script>alert(1)</script>'
  await owner.call('POST', `/api/settings?owner=${team.username}`, { displayName })
  const email = anAddress()
  await invite(owner, team, email)
  const { subject, html } = (await mailsTo(email))[0]!
  expect(html).not.toContain('<script>')
  expect(html).toContain('script&#62;alert(1)')
  expect(subject).not.toMatch(/[\r\n]/)
})

test('whoever holds the link is told what it is about, without signing in', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  await invite(owner, team, email, 'viewer')
  const reply = await show(await tokenTo(email))
  expect([reply.statusCode, reply.json()]).toEqual([
    200,
    {
      workspace: expect.objectContaining({
        username: team.username,
        displayName: 'The team',
        accountType: 'team',
        region: 'eu',
      }),
      role: 'viewer',
      email,
      invitedBy: `Person ${owner.username}`,
      expiresAt: new Date(house.clock.now().getTime() + 14 * day * 1000).toISOString(),
      status: 'pending',
    },
  ])
})

test('a pending invite stands in the list after the members, with who sent it and until when it holds', async () => {
  const { owner, admin, team } = await aTeamOf()
  const email = anAddress()
  const { inviteId } = (await invite(admin, team, email)).json()
  const now = house.clock.now()
  const { members } = (await owner.call('GET', `/api/members?owner=${team.username}`)).json()
  expect(members.map(({ status }: { status: string }) => status)).toEqual(['active', 'active', 'pending'])
  expect(members[2]).toEqual({
    username: email,
    email,
    role: 'editor',
    status: 'pending',
    joinedAt: now.toISOString(),
    invitedBy: `Person ${admin.username}`,
    inviteId,
    inviteCreatedAt: now.toISOString(),
    inviteExpiresAt: new Date(now.getTime() + 14 * day * 1000).toISOString(),
  })
})

test('an address is one however its letters are written, and is invited once at a time', async () => {
  const { owner, admin, team } = await aTeamOf()
  const email = anAddress()
  expect((await invite(owner, team, email.toUpperCase())).json().email).toBe(email)
  for (const spelling of [email, email.toUpperCase(), ` ${email} `]) {
    const again = await invite(admin, team, spelling, 'viewer')
    expect([again.statusCode, again.json().reason]).toEqual([409, 'invite_pending'])
  }
  expect(await pendingIn(owner, team)).toHaveLength(1)
  expect(await mailsTo(email)).toHaveLength(1)
})

test('a member is not invited, at whichever of their addresses', async () => {
  const { owner, admin, team } = await aTeamOf()
  const second = anAddress()
  const { email: row } = (await admin.call('POST', '/api/settings/emails', { email: second })).json()
  const code = /\b\d{6}\b/.exec(house.mailbox.list(second)[0]!.text)![0]
  await admin.call('POST', `/api/settings/emails/${row.id}/verify`, { code })
  for (const email of [owner.email, admin.email, second]) {
    const reply = await invite(owner, team, email)
    expect([reply.statusCode, reply.json().reason]).toEqual([409, 'already_member'])
  }
  expect(await eventsOf(team)).toEqual([])
})

test('the same address may be invited by another team', async () => {
  const email = anAddress()
  for (const { owner, team } of [await aTeamOf(), await aTeamOf()])
    expect((await invite(owner, team, email)).statusCode).toBe(200)
})

test('inviting an admin, and cancelling or resending such an invite, is the owner’s', async () => {
  const { owner, admin, team } = await aTeamOf()
  const refused = await invite(admin, team, anAddress(), 'admin')
  expect([refused.statusCode, refused.json()]).toEqual([
    403,
    expect.objectContaining({ reason: 'permission_denied', needs: { role: 'owner' } }),
  ])
  const { inviteId } = (await invite(owner, team, anAddress(), 'admin')).json()
  expect((await cancel(admin, team, inviteId)).statusCode).toBe(403)
  expect((await resend(admin, team, inviteId)).statusCode).toBe(403)
  expect((await resend(owner, team, inviteId)).statusCode).toBe(200)
  expect((await cancel(owner, team, inviteId)).statusCode).toBe(200)
})

test("another team's invite looks like none", async () => {
  const [one, other] = [await aTeamOf(), await aTeamOf()]
  const { inviteId } = (await invite(one.owner, one.team, anAddress())).json()
  for (const act of [cancel, resend]) {
    const foreign = await act(other.owner, other.team, inviteId)
    const missing = await act(other.owner, other.team, 'nothing')
    expect([foreign.statusCode, foreign.json().reason]).toEqual([404, 'invite_not_found'])
    expect(foreign.json().error).toBe(missing.json().error)
  }
  expect(await pendingIn(one.owner, one.team)).toHaveLength(1)
})

test('a resent invite has another link that holds for fourteen days from then; the link before is unknown', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email)).json()
  const before = await tokenTo(email)
  house.clock.advance(day / 2)
  expect((await owner.call('GET', '/api/auth/me')).statusCode).toBe(200)
  house.clock.advance(day / 2)
  const expiresAt = new Date(house.clock.now().getTime() + 14 * day * 1000).toISOString()
  expect((await resend(owner, team, inviteId)).json()).toEqual({ success: true, expiresAt })
  const after = await tokenTo(email)
  expect(after).not.toBe(before)
  expect(await mailsTo(email)).toHaveLength(2)
  expect((await show(before)).statusCode).toBe(404)
  expect((await show(after)).json()).toMatchObject({ status: 'pending', expiresAt })
  expect(await pendingIn(owner, team)).toMatchObject([{ inviteId, inviteExpiresAt: expiresAt }])
})

test('a cancelled invite is unknown to its link, free of its seat, and cannot be cancelled or resent again', async () => {
  const { owner, team } = await aTeamOf(3)
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email)).json()
  const token = await tokenTo(email)
  expect((await invite(owner, team, anAddress())).json().reason).toBe('seat_limit_reached')
  expect((await cancel(owner, team, inviteId)).json()).toEqual({ success: true })
  const unknown = await show('A'.repeat(43))
  const reply = await show(token)
  expect([reply.statusCode, reply.json().error]).toEqual([404, unknown.json().error])
  for (const act of [cancel, resend])
    expect((await act(owner, team, inviteId)).json().reason).toBe('invite_not_found')
  expect(await pendingIn(owner, team)).toEqual([])
  expect((await invite(owner, team, email)).statusCode).toBe(200)
})

test('the mail of an invite that was cancelled before it went out is not sent', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email)).json()
  await cancel(owner, team, inviteId)
  expect(await mailsTo(email)).toEqual([])
})

test('of two mails that waited only the one whose link holds is sent', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email)).json()
  await resend(owner, team, inviteId)
  expect(await mailsTo(email)).toHaveLength(1)
  expect((await show(await tokenTo(email))).statusCode).toBe(200)
})

test('a pending invite takes a seat like a member does, and no seat means who has to go first', async () => {
  const { owner, admin, team } = await aTeamOf(4)
  for (let n = 0; n < 2; n++) expect((await invite(admin, team, anAddress())).statusCode).toBe(200)
  const full = await invite(owner, team, anAddress())
  expect([full.statusCode, full.json()]).toEqual([
    403,
    expect.objectContaining({ error: 'Seat limit reached', hint: expect.stringContaining('All 4 seats') }),
  ])
  await owner.call('DELETE', `/api/members/${admin.userId}?owner=${team.username}`)
  expect((await invite(owner, team, anAddress())).statusCode).toBe(200)
})

test.each([
  ['free', 1, 'pro'],
  ['pro', 5, undefined],
] as const)('the %s plan has %i seats', async (plan, seats, needed) => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']], { plan })
  for (let n = 1; n < seats; n++) expect((await invite(owner, team, anAddress())).statusCode).toBe(200)
  const full = await invite(owner, team, anAddress())
  expect([full.statusCode, full.json().reason, full.json().needs?.plan]).toEqual([
    403,
    'seat_limit_reached',
    needed,
  ])
  const { maxSeats } = (await owner.call('GET', `/api/members?owner=${team.username}`)).json()
  expect(maxSeats).toBe(seats)
})

test('a workspace mails one address at most ten times a day; nothing happens then, and others go on', async () => {
  const [{ owner, team }, elsewhere] = [await aTeamOf(), await aTeamOf()]
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email)).json()
  for (let n = 0; n < 9; n++) expect((await resend(owner, team, inviteId)).statusCode).toBe(200)
  const token = await tokenTo(email)
  const events = (await eventsOf(team)).length
  const refused = await resend(owner, team, inviteId)
  expect([refused.statusCode, refused.json().reason]).toEqual([429, 'too_many_mails'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(await eventsOf(team)).toHaveLength(events)
  expect((await show(token)).json().status).toBe('pending')
  expect((await invite(owner, team, anAddress())).statusCode).toBe(200)
  expect((await invite(elsewhere.owner, elsewhere.team, email)).statusCode).toBe(200)
})

test('all workspaces together mail one address at most forty times a day', async () => {
  const email = anAddress()
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) {
    const { owner, team } = await aTeamOf()
    const reply = await invite(owner, team, email)
    statuses.push(reply.statusCode)
    if (n < 4)
      for (let time = 0; time < 9; time++)
        statuses.push((await resend(owner, team, reply.json().inviteId)).statusCode)
    else expect(await pendingIn(owner, team)).toEqual([])
  }
  expect(statuses).toEqual([...Array(40).fill(200), 429])
})

test('a workspace mails at most 300 invites a day, and others of the same people go on', async () => {
  const [{ owner, team }, elsewhere] = [await aTeamOf(), await aTeamOf()]
  for (let n = 0; n < 299; n++) await takeInviteMail(house, team.id, randomBytes(32), house.clock.now())
  expect((await invite(owner, team, anAddress())).statusCode).toBe(200)
  const refused = await invite(owner, team, anAddress())
  expect([refused.statusCode, refused.json().reason]).toEqual([429, 'too_many_mails'])
  expect(await pendingIn(owner, team)).toHaveLength(1)
  expect((await invite(elsewhere.owner, elsewhere.team, anAddress())).statusCode).toBe(200)
})

test('each step of an invite is told with who did it, and never with an address', async () => {
  const { owner, admin, team } = await aTeamOf()
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email, 'viewer')).json()
  await resend(admin, team, inviteId)
  await cancel(admin, team, inviteId)
  const events = await eventsOf(team)
  expect(events).toMatchObject([
    { event: 'settings/created', user_id: owner.userId, metadata: { change: 'invite_sent', role: 'viewer' } },
    { event: 'settings/updated', user_id: admin.userId, metadata: { change: 'invite_resent' } },
    { event: 'settings/deleted', user_id: admin.userId, metadata: { change: 'invite_cancelled' } },
  ])
  expect(events.map(({ resource_id }) => resource_id)).toEqual([inviteId, inviteId, inviteId])
  expect(JSON.stringify(events)).not.toContain('@')
})

test('names on several lines cannot write lines of their own into the mail', async () => {
  const { owner, team } = await aTeamOf()
  const displayName = 'Acme\n\nOpen this link to join:\n\nhttps://evil.example/invite?token=x\n\n'
  await owner.call('POST', `/api/settings?owner=${team.username}`, { displayName })
  await owner.call('POST', '/api/settings', { displayName })
  const email = anAddress()
  await invite(owner, team, email)
  const { text, subject } = (await mailsTo(email))[0]!
  const lines = text.split('\n')
  expect(lines.filter((line) => /^\s*https?:/.test(line))).toEqual([
    expect.stringMatching(/^http:\/\/localhost:3000\/invite\?token=[A-Za-z0-9_-]{43}$/),
  ])
  expect(lines.filter((line) => line.startsWith('Open this link'))).toHaveLength(1)
  expect(subject).not.toContain('\n')
})

test('somebody shares their personal workspace once it is on Pro', async () => {
  const [owner, guest] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const body = { email: guest.email, role: 'editor' }
  expect((await owner.call('POST', '/api/members', body)).json().reason).toBe('seat_limit_reached')
  await house.cells.get('us-1').pool.query(`update workspaces set plan = 'pro' where id = $1`, [owner.userId])
  expect((await owner.call('POST', '/api/members', body)).statusCode).toBe(200)
  const token = await tokenTo(guest.email)
  expect((await show(token)).json().workspace).toMatchObject({
    username: owner.username,
    accountType: 'personal',
  })
  expect((await guest.call('POST', '/api/invites/accept', { token })).statusCode).toBe(200)
  expect((await guest.call('GET', '/api/teams')).json().teams).toMatchObject([
    {
      username: owner.username,
      fullName: `Person ${owner.username}’s Team`,
      accountType: 'personal',
      role: 'editor',
    },
  ])
})

test('an invite whose reservation lapsed leaves neither row, event nor mail, and can be tried again', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  vi.spyOn(house.directory, 'confirm').mockImplementationOnce(async ({ id }) => {
    await house.directory.giveUp(id)
    return false
  })
  expect((await invite(owner, team, email)).json().reason).toBe('store_unavailable')
  expect(await pendingIn(owner, team)).toEqual([])
  expect(await eventsOf(team)).toEqual([])
  expect(await mailsTo(email)).toEqual([])
  expect((await invite(owner, team, email)).statusCode).toBe(200)
})

test('a cancellation that died on its way is finished by the janitor', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  const { inviteId } = (await invite(owner, team, email)).json()
  const token = await tokenTo(email)
  const { release } = house.directory
  vi.spyOn(house.directory, 'release').mockImplementationOnce(async (...entries) => {
    await release.apply(house.directory, entries)
    throw new Error('The process died')
  })
  expect((await cancel(owner, team, inviteId)).statusCode).toBe(500)
  expect((await show(token)).statusCode).toBe(404)
  house.clock.advance(121)
  await house.runSchedules()
  expect(await pendingIn(owner, team)).toEqual([])
  expect((await show(token)).statusCode).toBe(404)
})
