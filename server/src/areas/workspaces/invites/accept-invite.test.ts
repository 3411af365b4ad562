import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aVerifiedBrowser } from '../../../../test/browser.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { grantEnterprise } from '../grant-enterprise.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

let made = 0
const anAddress = () => `somebody.${++made}@example.com`

const aTeamOf = async (seats = 50) => {
  const owner = await aPerson(house, { region: 'eu' })
  return { owner, team: await aTeam(house, [[owner, 'owner']], { seats }) }
}

/** Invites somebody and gives the token of the mail. */
const invite = async (by: Person, { username }: Team, email: string, role = 'editor') => {
  const reply = await by.call('POST', `/api/members?owner=${username}`, { email, role })
  expect(reply.statusCode).toBe(200)
  await house.runJobs()
  const token = /\/invite\?token=([A-Za-z0-9_-]+)/.exec(house.mailbox.list(email)[0]!.text)![1]!
  return { token, inviteId: reply.json().inviteId as string }
}

const accept = (by: Pick<Person, 'call'>, token: string) => by.call('POST', '/api/invites/accept', { token })
const cancel = (by: Person, { username }: Team, id: string) =>
  by.call('DELETE', `/api/invites/${id}?owner=${username}`)
const listIn = async (by: Person, { username }: Team) =>
  (await by.call('GET', `/api/members?owner=${username}`)).json().members as {
    userId?: string
    status: string
    role: string
  }[]

const joinedEvents = async ({ id }: Team) =>
  (
    await house.cells.get('eu-1').pool.query(
      `select resource_type || '/' || action as event, user_id, resource_id, metadata from activity_events
       where workspace_id = $1 and metadata->>'change' = 'member_joined' order by seq`,
      [id],
    )
  ).rows

/** Adds an address to somebody's account; proves it when asked to. */
const addAddress = async (person: Person, address: string, prove: boolean) => {
  house.clock.advance(1)
  const { email } = (await person.call('POST', '/api/settings/emails', { email: address })).json()
  if (!prove) return
  const code = /\b\d{6}\b/.exec(house.mailbox.list(address)[0]!.text)![0]
  const reply = await person.call('POST', `/api/settings/emails/${email.id}/verify`, { code })
  expect(reply.statusCode).toBe(200)
}

test('whoever accepts is a member from then on, by the address invited, and it is told as their doing', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house, { region: 'us' })
  const { token } = await invite(owner, team, guest.email)
  const reply = await accept(guest, token)
  expect([reply.statusCode, reply.json()]).toEqual([
    200,
    {
      success: true,
      workspace: expect.objectContaining({
        username: team.username,
        region: 'eu',
        role: 'editor',
        accountType: 'team',
      }),
    },
  ])
  expect((await listIn(owner, team))[1]).toMatchObject({
    userId: guest.userId,
    email: guest.email,
    role: 'editor',
    status: 'active',
    invitedBy: `Person ${owner.username}`,
    region: 'us',
  })
  expect(await joinedEvents(team)).toMatchObject([
    {
      event: 'settings/created',
      user_id: guest.userId,
      resource_id: guest.userId,
      metadata: { kind: 'member', change: 'member_joined', after: 'editor' },
    },
  ])
  expect(JSON.stringify(await joinedEvents(team))).not.toContain('@')
})

test('an accepted invite says so to its link and is not accepted again, whoever asks', async () => {
  const { owner, team } = await aTeamOf()
  const [guest, other] = [await aPerson(house), await aPerson(house)]
  const { token, inviteId } = await invite(owner, team, guest.email)
  await accept(guest, token)
  for (const person of [guest, other, owner]) {
    const again = await accept(person, token)
    expect([again.statusCode, again.json().reason]).toEqual([409, 'invite_accepted'])
  }
  expect((await cancel(owner, team, inviteId)).json().reason).toBe('invite_accepted')
  const resent = await owner.call('POST', `/api/invites/${inviteId}/resend?owner=${team.username}`)
  expect(resent.json().reason).toBe('invite_accepted')
  const info = await aStranger(house)('GET', `/api/invites/info?token=${token}`)
  expect(info.json().status).toBe('accepted')
  expect(await listIn(owner, team)).toHaveLength(2)
})

test('somebody else who holds the link does not get in, and nothing has happened', async () => {
  const { owner, team } = await aTeamOf()
  const [invited, thief] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const { token } = await invite(owner, team, invited.email)
  const refused = await accept(thief, token)
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'invite_for_another_address'])
  expect((await listIn(owner, team)).map(({ status }) => status)).toEqual(['active', 'pending'])
  expect(await joinedEvents(team)).toEqual([])
  const { rows } = await house.cells
    .get('eu-1')
    .pool.query('select id from guests where id = $1', [thief.userId])
  expect(rows).toEqual([])
  expect(await house.directory.listHeld('membership', thief.userId)).toEqual([])
  expect((await accept(invited, token)).statusCode).toBe(200)
})

test('an address that somebody has added and not proved opens no invite; once proved it does', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house)
  const address = anAddress()
  const { token } = await invite(owner, team, address)
  await addAddress(guest, address, false)
  const refused = await accept(guest, token)
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'invite_for_another_address'])
  const { emails } = (await guest.call('GET', '/api/settings/emails')).json()
  const row = emails.find((email: { address: string }) => email.address === address)
  const mail = house.mailbox.list(address).find(({ text }) => /\b\d{6}\b/.test(text))!
  const code = /\b\d{6}\b/.exec(mail.text)![0]
  await guest.call('POST', `/api/settings/emails/${row.id}/verify`, { code })
  expect((await accept(guest, token)).statusCode).toBe(200)
})

test('an invite to a further address of somebody is theirs, and the team sees that address only', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house, { region: 'us' })
  const work = anAddress()
  await addAddress(guest, work, true)
  const { token } = await invite(owner, team, work)
  expect((await accept(guest, token)).statusCode).toBe(200)
  const list = await owner.call('GET', `/api/members?owner=${team.username}`)
  expect(list.json().members[1]).toMatchObject({ userId: guest.userId, email: work })
  expect(list.body).not.toContain(guest.email)
})

test('somebody invited at two of their addresses joins once', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house)
  const second = anAddress()
  await addAddress(guest, second, true)
  const one = await invite(owner, team, guest.email)
  const other = await owner.call('POST', `/api/members?owner=${team.username}`, {
    email: second,
    role: 'viewer',
  })
  expect(other.statusCode).toBe(200)
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(second)[0]!.text)![1]!
  expect((await accept(guest, one.token)).statusCode).toBe(200)
  const again = await accept(guest, token)
  expect([again.statusCode, again.json().reason]).toEqual([409, 'already_member'])
  expect((await listIn(owner, team))[1]).toMatchObject({ userId: guest.userId, role: 'editor' })
})

test('unknown, cancelled and rotated tokens are refused alike, to read and to accept', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house)
  const cancelled = await invite(owner, team, guest.email)
  await cancel(owner, team, cancelled.inviteId)
  const rotated = await invite(owner, team, guest.email)
  await owner.call('POST', `/api/invites/${rotated.inviteId}/resend?owner=${team.username}`)
  const answers = new Set<string>()
  for (const token of [cancelled.token, rotated.token, 'A'.repeat(43), 'x', 'é'.repeat(20)]) {
    const read = await aStranger(house)('GET', `/api/invites/info?token=${encodeURIComponent(token)}`)
    const accepted = await accept(guest, token)
    for (const { statusCode, json } of [read, accepted]) {
      const { requestId: _, ...rest } = json()
      answers.add(JSON.stringify([statusCode, rest]))
    }
  }
  expect([...answers].map((answer) => JSON.parse(answer))).toEqual([
    [404, expect.objectContaining({ reason: 'invite_not_found', code: 'NOT_FOUND' })],
  ])
})

test('nobody accepts without a session: strangers are asked to sign in, keys are turned away', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house)
  const { token } = await invite(owner, team, guest.email)
  expect((await accept({ call: aStranger(house) }, token)).statusCode).toBe(401)
  const byKey = await accept(await aKey(house, guest, { scopes: ['admin'] }), token)
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
  for (const body of [{}, { token: '' }, { token: 'x'.repeat(201) }, { token, more: 1 }])
    expect((await guest.call('POST', '/api/invites/accept', body)).statusCode).toBe(400)
})

test('somebody without an account signs up by the link and then accepts, in the region they chose', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  const { token } = await invite(owner, team, email)
  const browser = await aVerifiedBrowser(house, email)
  const username = `newcomer-${++made}`
  const onboarded = await browser.call('POST', '/api/onboarding', {
    username,
    displayName: 'New Comer',
    region: 'ap',
  })
  expect(onboarded.statusCode).toBe(201)
  expect((await accept(browser, token)).statusCode).toBe(200)
  expect((await listIn(owner, team))[1]).toMatchObject({ username, email, region: 'ap', role: 'editor' })
})

test.each([
  ['removed', 'DELETE', undefined],
  ['made an editor', 'PATCH', { role: 'editor' }],
] as const)(
  'the invites of an admin who is %s end with that, and others of the team hold',
  async (_, method, body) => {
    const { owner, team } = await aTeamOf()
    const [admin, guest, other] = [
      await aPerson(house, { region: 'us' }),
      await aPerson(house),
      await aPerson(house),
    ]
    await accept(admin, (await invite(owner, team, admin.email, 'admin')).token)
    const { token, inviteId } = await invite(admin, team, guest.email)
    const theirs = await invite(owner, team, other.email)
    const change = await owner.call(method, `/api/members/${admin.userId}?owner=${team.username}`, body)
    expect(change.statusCode).toBe(200)
    const info = await aStranger(house)('GET', `/api/invites/info?token=${token}`)
    expect([info.statusCode, info.json().reason]).toEqual([404, 'invite_not_found'])
    expect((await accept(guest, token)).json().reason).toBe('invite_not_found')
    expect((await accept(other, theirs.token)).statusCode).toBe(200)
    const { rows } = await house.cells.get('eu-1').pool.query(
      `select user_id, metadata->>'change' as change from activity_events
     where workspace_id = $1 and resource_id = $2 order by seq`,
      [team.id, inviteId],
    )
    expect(rows).toEqual([
      { user_id: admin.userId, change: 'invite_sent' },
      { user_id: owner.userId, change: 'invite_cancelled' },
    ])
  },
)

test('the name of who invited stays in the invite when they hand the team over', async () => {
  const { owner, team } = await aTeamOf()
  const admin = await aPerson(house, { region: 'us' })
  await accept(admin, (await invite(owner, team, admin.email, 'admin')).token)
  const guest = await aPerson(house)
  const { token } = await invite(owner, team, guest.email)
  await owner.call('POST', `/api/members/transfer-ownership?owner=${team.username}`, {
    targetUserId: admin.userId,
  })
  const info = await aStranger(house)('GET', `/api/invites/info?token=${token}`)
  expect(info.json()).toMatchObject({ status: 'pending', invitedBy: `Person ${owner.username}` })
  expect((await accept(guest, token)).statusCode).toBe(200)
})

test('ten accepts of one invite at once make one member and say so once', async () => {
  for (const region of ['eu', 'us'] as const) {
    const { owner, team } = await aTeamOf()
    const guest = await aPerson(house, { region })
    const { token } = await invite(owner, team, guest.email)
    const counts = tally(await atOnce(10, () => accept(guest, token)))
    expect(counts[200]).toBe(1)
    // 503 with Retry-After: another accept of the same person is under way.
    expect((counts[409] ?? 0) + (counts[503] ?? 0)).toBe(9)
    expect((await accept(guest, token)).json().reason).toBe('invite_accepted')
    expect((await listIn(owner, team)).map(({ userId }) => userId)).toEqual([owner.userId, guest.userId])
    expect(await joinedEvents(team)).toHaveLength(1)
    expect(await house.directory.listHeld('membership', guest.userId)).toHaveLength(1)
  }
})

test('of ten invited people who accept at once when one seat is left, one gets in and the others may later', async () => {
  const { owner, team } = await aTeamOf(11)
  const regions = ['us', 'eu', 'ap'] as const
  const guests = await atOnce(10, (n) => aPerson(house, { region: regions[n % 3]! }))
  const tokens: string[] = []
  for (const { email } of guests) tokens.push((await invite(owner, team, email)).token)
  await grantEnterprise(house, team.username, { seats: 2, until: null }, house.clock.now())
  const replies = await atOnce(10, (n) => accept(guests[n]!, tokens[n]!))
  expect(tally(replies)).toEqual({ 200: 1, 403: 9 })
  for (const { statusCode, json } of replies)
    if (statusCode === 403) expect(json().reason).toBe('seat_limit_reached')
  const list = await listIn(owner, team)
  expect(list.map(({ status }) => status).filter((status) => status === 'active')).toHaveLength(2)
  for (const [n, { userId }] of guests.entries())
    expect(await house.directory.listHeld('membership', userId)).toHaveLength(
      replies[n]!.statusCode === 200 ? 1 : 0,
    )

  await grantEnterprise(house, team.username, { seats: 11, until: null }, house.clock.now())
  const late = replies.findIndex(({ statusCode }) => statusCode === 403)
  expect((await accept(guests[late]!, tokens[late]!)).statusCode).toBe(200)
})

test('ten invites at once for the last seat give one', async () => {
  const { owner, team } = await aTeamOf(2)
  const replies = await atOnce(10, () =>
    owner.call('POST', `/api/members?owner=${team.username}`, { email: anAddress(), role: 'viewer' }),
  )
  expect(tally(replies)).toEqual({ 200: 1, 403: 9 })
  expect(await listIn(owner, team)).toHaveLength(2)
})

test('ten invites of one address at once give one, with one mail', async () => {
  const { owner, team } = await aTeamOf()
  const email = anAddress()
  const replies = await atOnce(10, () =>
    owner.call('POST', `/api/members?owner=${team.username}`, { email, role: 'viewer' }),
  )
  expect(tally(replies)).toEqual({ 200: 1, 409: 9 })
  await house.runJobs()
  expect(house.mailbox.list(email)).toHaveLength(1)
})

test('an invite that is cancelled and accepted at once ends as exactly one of both', async () => {
  for (let round = 0; round < 12; round++) {
    const { owner, team } = await aTeamOf()
    const guest = await aPerson(house, { region: round % 2 ? 'eu' : 'us' })
    const { token, inviteId } = await invite(owner, team, guest.email)
    // Whoever is first has the longer way now and then, so that both ends come about.
    const pause = () => new Promise((done) => setTimeout(done, round))
    const [accepted, cancelled] = await Promise.all([
      accept(guest, token),
      pause().then(() => cancel(owner, team, inviteId)),
    ])
    const end = `accept ${accepted.statusCode}, cancel ${cancelled.statusCode}`
    expect(['accept 200, cancel 409', 'accept 404, cancel 200']).toContain(end)
    expect(await listIn(owner, team)).toHaveLength(accepted.statusCode === 200 ? 2 : 1)
    expect(await house.directory.listHeld('membership', guest.userId)).toHaveLength(
      accepted.statusCode === 200 ? 1 : 0,
    )
  }
})

test('an invite that is resent and accepted at once leaves a member, or a link that works', async () => {
  for (let round = 0; round < 6; round++) {
    const { owner, team } = await aTeamOf()
    const guest = await aPerson(house)
    const { token, inviteId } = await invite(owner, team, guest.email)
    const [accepted, resent] = await Promise.all([
      accept(guest, token),
      owner.call('POST', `/api/invites/${inviteId}/resend?owner=${team.username}`),
    ])
    if (accepted.statusCode === 200) {
      expect(await listIn(owner, team)).toHaveLength(2)
      continue
    }
    expect([accepted.statusCode, resent.statusCode]).toEqual([404, 200])
    await house.runJobs()
    const fresh = /token=([\w-]+)/.exec(house.mailbox.list(guest.email)[0]!.text)![1]!
    expect((await accept(guest, fresh)).statusCode).toBe(200)
  }
})

test('an accept whose reservation lapsed leaves the invite open, and can be tried again', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house, { region: 'us' })
  const { token } = await invite(owner, team, guest.email)
  vi.spyOn(house.directory, 'confirm').mockImplementationOnce(async ({ id }) => {
    await house.directory.giveUp(id)
    return false
  })
  const lapsed = await accept(guest, token)
  expect([lapsed.statusCode, lapsed.json().reason]).toEqual([503, 'store_unavailable'])
  expect((await listIn(owner, team)).map(({ status }) => status)).toEqual(['active', 'pending'])
  expect((await accept(guest, token)).statusCode).toBe(200)
  expect(await listIn(owner, team)).toHaveLength(2)
})

test('an accept that died before it was confirmed is found by the person once the janitor came by', async () => {
  const { owner, team } = await aTeamOf()
  const guest = await aPerson(house, { region: 'us' })
  const { token } = await invite(owner, team, guest.email)
  const died = vi.spyOn(house.directory, 'confirm').mockRejectedValue(new Error('The process died'))
  expect((await accept(guest, token)).statusCode).toBe(500)
  died.mockRestore()
  house.clock.advance(121)
  await house.runSchedules()
  expect((await guest.call('GET', '/api/teams')).json().teams).toMatchObject([{ username: team.username }])
  expect((await accept(guest, token)).json().reason).toBe('invite_accepted')
  expect(await joinedEvents(team)).toHaveLength(1)
})
