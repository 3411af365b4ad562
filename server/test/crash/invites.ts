import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { loadDataKey } from '../../src/areas/accounts/data-key.ts'
import { inviteDigest, inviteEntry } from '../../src/areas/workspaces/invites/invite-token.ts'
import { memberEntry } from '../../src/areas/workspaces/members/member-entry.ts'
import { openField } from '../../src/crypto/seal.ts'
import { aPerson, aStranger, type Person } from '../people.ts'
import { aTeam, type Team } from '../teams.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, ownOf, rowsOf, stateOf } from './stores.ts'

type Inviter = { owner: Person; team: Team; email: string }

const seats = 3

const aTeamWithSeats = async (house: TestHouse): Promise<Inviter> => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']], { seats })
  return { owner, team, email: `crash-${randomBytes(5).toString('hex')}@example.com` }
}

const actingOwner = async (house: TestHouse, { owner, team }: Inviter) => ({
  ...(await ownOf(house, owner)),
  within: { cellId: 'us-1', workspaceId: team.id },
})

const invite = async ({ owner, team, email }: Inviter): Promise<string> => {
  const reply = await owner.call('POST', `/api/members?owner=${team.username}`, { email, role: 'editor' })
  expect(reply.statusCode).toBe(200)
  return reply.json().inviteId
}

const inviteOf = async (house: TestHouse, { team }: Inviter) =>
  (await rowsOf(house, 'us-1', 'select id, status from invites where workspace_id = $1', [team.id]))[0] as
    | { id: string; status: string }
    | undefined

/** The links that wait to be mailed, the oldest first. */
const mailedTokens = async (house: TestHouse, { team }: Inviter, inviteId: string): Promise<string[]> => {
  const waiting = `select payload->>'sealed' as sealed from graphile_worker._private_jobs
    where payload->>'inviteId' = $1 order by id`
  const jobs = await rowsOf(house, 'us-1', waiting, [inviteId])
  const dataKey = await loadDataKey(house.cells.get('us-1').db, house.keyRing, team.id)
  return jobs.map(({ sealed }) =>
    openField(dataKey, `invite-mail:${inviteId}`, Buffer.from(String(sealed), 'base64')),
  )
}

const linkAnswer = async (house: TestHouse, token: string): Promise<number> =>
  (await aStranger(house)('GET', `/api/invites/info?token=${token}`)).statusCode

const toldOf = (house: TestHouse, { team }: Inviter, change: string): Promise<number> =>
  countOf(house, 'us-1', `activity_events where workspace_id = $1 and metadata->>'change' = $2`, [
    team.id,
    change,
  ])

/** Members and pending invites that the list shows: what is taken of the seats. */
const expectSeats = async ({ owner, team }: Inviter, taken: readonly string[]): Promise<void> => {
  const { members, maxSeats } = (await owner.call('GET', `/api/members?owner=${team.username}`)).json()
  expect(members.map(({ status }: { status: string }) => status)).toEqual(taken)
  expect(maxSeats).toBe(seats)
}

export const prepareInvite = async (house: TestHouse) => {
  const subject = await aTeamWithSeats(house)
  const act = { name: 'inviteMember', email: subject.email } as const
  return { command: { name: 'team', ...(await actingOwner(house, subject)), act } as const, subject }
}

/** An invite that is told of and mailed with a link that works, or none and its seat free. */
export const checkInvite = async (house: TestHouse, deaths: Death<Inviter>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(12)
  for (const { subject, isDone } of deaths) {
    const kept = await inviteOf(house, subject)
    if (isDone) expect(kept).toBeDefined()
    expect(await toldOf(house, subject, 'invite_sent')).toBe(kept ? 1 : 0)
    await expectSeats(subject, kept ? ['active', 'pending'] : ['active'])
    const inviteId = kept?.id ?? (await invite(subject))
    const tokens = await mailedTokens(house, subject, inviteId)
    expect(tokens).toHaveLength(1)
    expect(await linkAnswer(house, String(tokens[0]))).toBe(200)
    await expectSeats(subject, ['active', 'pending'])
  }
}

type Invited = Inviter & { inviteId: string; token: string; refusedAtOnce?: boolean }

const invited = async (house: TestHouse, inviter: Inviter): Promise<Invited> => {
  const inviteId = await invite(inviter)
  const [token = ''] = await mailedTokens(house, inviter, inviteId)
  return { ...inviter, inviteId, token }
}

type Guest = Invited & { guest: Person }

/** Somebody of another region on the way into a team. */
export const prepareAccept = async (house: TestHouse) => {
  const guest = await aPerson(house, { region: 'eu' })
  const subject: Guest = {
    ...(await invited(house, { ...(await aTeamWithSeats(house)), email: guest.email })),
    guest,
  }
  const act = { name: 'acceptInvite', token: subject.token } as const
  return { command: { name: 'team', ...(await ownOf(house, guest, 'eu-1')), act } as const, subject }
}

/** A member in both stores, told of once, or an invite that can still be accepted. */
export const checkAccept = async (house: TestHouse, deaths: Death<Guest>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(18)
  for (const { subject, isDone } of deaths) {
    const { guest, team, token } = subject
    const rows = 'memberships where workspace_id = $1 and user_id = $2'
    const isIn = (await countOf(house, 'us-1', rows, [team.id, guest.userId])) === 1
    if (isDone) expect(isIn).toBe(true)
    await expectJoined(house, subject, isIn)
    const again = await guest.call('POST', '/api/invites/accept', { token })
    expect(again.statusCode).toBe(isIn ? 409 : 200)
    await expectJoined(house, subject, true)
  }
}

const expectJoined = async (house: TestHouse, subject: Guest, isIn: boolean): Promise<void> => {
  const { guest, team } = subject
  const once = isIn ? 1 : 0
  expect(await stateOf(house, memberEntry(team.id, guest.userId))).toBe(isIn ? 'confirmed' : undefined)
  expect((await inviteOf(house, subject))?.status).toBe(isIn ? 'accepted' : 'pending')
  expect(await toldOf(house, subject, 'member_joined')).toBe(once)
  for (const from of ['guests where id = $1', 'data_keys where account_id = $1'])
    expect(await countOf(house, 'us-1', from, [guest.userId]), from).toBe(once)
  await expectSeats(subject, ['active', isIn ? 'active' : 'pending'])
  const { teams } = (await guest.call('GET', '/api/teams')).json()
  expect(teams.length).toBe(once)
}

export const prepareCancel = async (house: TestHouse) => {
  const subject = await invited(house, await aTeamWithSeats(house))
  const act = { name: 'cancelInvite', inviteId: subject.inviteId } as const
  return { command: { name: 'team', ...(await actingOwner(house, subject)), act } as const, subject }
}

/** Looks which links open nothing any more before the janitor has come. */
export const lookAtInvites = async (house: TestHouse, deaths: Death<Invited>[]): Promise<void> => {
  for (const { subject } of deaths) subject.refusedAtOnce = (await linkAnswer(house, subject.token)) === 404
}

/** An invite whose link works, or none, its seat free. */
export const checkCancel = async (house: TestHouse, deaths: Death<Invited>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(8)
  expect(deaths.filter(({ subject }) => subject.refusedAtOnce).length).toBeGreaterThan(1)
  for (const { subject, isDone } of deaths) {
    const { token, refusedAtOnce } = subject
    const isGone = (await inviteOf(house, subject))?.status === 'cancelled'
    // What has stopped letting anybody in does not start again.
    if (isDone || refusedAtOnce) expect(isGone).toBe(true)
    expect(await linkAnswer(house, token)).toBe(isGone ? 404 : 200)
    expect(await stateOf(house, inviteEntry(inviteDigest(token)))).toBe(isGone ? undefined : 'confirmed')
    expect(await toldOf(house, subject, 'invite_cancelled')).toBe(isGone ? 1 : 0)
    await expectSeats(subject, isGone ? ['active'] : ['active', 'pending'])
  }
}

export const prepareResend = async (house: TestHouse) => {
  const subject = await invited(house, await aTeamWithSeats(house))
  const act = { name: 'resendInvite', inviteId: subject.inviteId } as const
  return { command: { name: 'team', ...(await actingOwner(house, subject)), act } as const, subject }
}

/** One link that works, the one mailed last, and one seat taken. */
export const checkResend = async (house: TestHouse, deaths: Death<Invited>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(13)
  const mailed: string[][] = []
  for (const { subject } of deaths) mailed.push(await mailedTokens(house, subject, subject.inviteId))
  // What the directory knew of the earlier link goes by a job.
  await house.runJobs()
  for (const [n, { subject, isDone }] of deaths.entries()) {
    const { token } = subject
    const [first, second] = mailed[n] ?? []
    expect(first).toBe(token)
    if (isDone) expect(second).toBeDefined()
    expect(await toldOf(house, subject, 'invite_resent')).toBe(second ? 1 : 0)
    expect(await linkAnswer(house, token)).toBe(second ? 404 : 200)
    expect(await stateOf(house, inviteEntry(inviteDigest(token)))).toBe(second ? undefined : 'confirmed')
    if (second) expect(await linkAnswer(house, second)).toBe(200)
    await expectSeats(subject, ['active', 'pending'])
  }
}
