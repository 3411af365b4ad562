import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { memberEntry } from '../../src/areas/workspaces/members/member-entry.ts'
import type { JobPayload } from '../../src/outbox/outbox.ts'
import { answerOf, type IssuedKey, issueKey } from '../keys.ts'
import { aPerson, aStranger, type Person } from '../people.ts'
import { aTeam, type Team } from '../teams.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, ownOf, rowsOf, stateOf } from './stores.ts'

type Creator = { person: Person; username: string }

export const prepareCreateTeam = async (house: TestHouse) => {
  const person = await aPerson(house)
  const username = `crash-${randomBytes(5).toString('hex')}`
  const act = { name: 'createTeam', username } as const
  return {
    command: { name: 'team', ...(await ownOf(house, person)), act } as const,
    subject: { person, username } satisfies Creator,
  }
}

/** A team with its owner, their slot and its name, or a name that is free. */
export const checkCreateTeam = async (house: TestHouse, deaths: Death<Creator>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(12)
  for (const { subject, isDone } of deaths) {
    const { person, username } = subject
    const [team] = await rowsOf(house, 'us-1', 'select id from profiles where username = $1', [username])
    if (isDone) expect(team).toBeDefined()
    const free = await aStranger(house)('GET', `/api/username/check?username=${username}`)
    expect(free.json().available).toBe(!team)
    if (!team) {
      const again = await person.call('POST', '/api/teams/create', { username, fullName: 'Again' })
      expect(again.statusCode).toBe(200)
    }
    await expectWholeTeam(house, subject)
  }
}

const expectWholeTeam = async (house: TestHouse, { person, username }: Creator): Promise<void> => {
  const { teams } = (await person.call('GET', '/api/teams')).json()
  expect(teams).toMatchObject([{ username, role: 'owner' }])
  const id = teams[0].userId
  const entries = 'select kind, state from entries where subject_id = $1 order by kind'
  expect(await rowsOf(house, 'directory', entries, [id])).toEqual(
    ['membership', 'team_slot', 'username'].map((kind) => ({ kind, state: 'confirmed' })),
  )
  expect(await slotsOf(house, person.userId)).toEqual([id])
  for (const from of [
    'profiles where id = $1',
    'workspaces where id = $1',
    'data_keys where account_id = $1',
    `memberships where workspace_id = $1 and role = 'owner'`,
    `activity_events where workspace_id = $1 and metadata->>'change' = 'team_created'`,
  ])
    expect(await countOf(house, 'us-1', from, [id]), from).toBe(1)
}

/** The teams for which somebody holds a slot. */
const slotsOf = async (house: TestHouse, userId: string): Promise<string[]> =>
  (await house.directory.listHeld('team_slot', userId)).map(({ subjectId }) => subjectId).sort()

type Deleter = { owner: Person; team: Team; key: IssuedKey; refusedAtOnce?: boolean }

/** Somebody alone in a team, with a key and an invite nobody has accepted. */
const aloneInTeam = async (house: TestHouse): Promise<Deleter> => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']])
  const key = await issueKey(house, owner, {}, team.username)
  const email = `${team.username}@example.com`
  await owner.call('POST', `/api/members?owner=${team.username}`, { email, role: 'editor' })
  return { owner, team, key }
}

export const prepareDeleteTeam = async (house: TestHouse) => {
  const subject = await aloneInTeam(house)
  const act = { name: 'deleteTeam', username: subject.team.username } as const
  return { command: { name: 'team', ...(await ownOf(house, subject.owner)), act } as const, subject }
}

/** The job of a deletion that has just been asked for. */
export const prepareEraseTeam = async (house: TestHouse) => {
  const subject = await aloneInTeam(house)
  const { owner, team } = subject
  const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: team.username }
  expect((await owner.call('POST', '/api/gdpr', body)).statusCode).toBe(200)
  const waiting = `select payload from graphile_worker._private_jobs where payload->>'teamId' = $1`
  const [job] = await rowsOf(house, 'us-1', waiting, [team.id])
  const act = { name: 'eraseTeam', job: job?.payload as JobPayload } as const
  return { command: { name: 'team', ...(await ownOf(house, owner)), act } as const, subject }
}

/** Looks which teams are gone for their owner and their key before the janitor and the job have come. */
export const lookAtTeams = async (deaths: Death<Deleter>[]): Promise<void> => {
  for (const { subject } of deaths) {
    const { owner, team, key } = subject
    const bySession = (await owner.call('GET', `/api/settings?owner=${team.username}`)).statusCode
    const [byKey] = await answerOf(key)
    // Both or neither: a team does not go in parts.
    expect([
      [200, 200],
      [404, 401],
    ]).toContainEqual([bySession, byKey])
    subject.refusedAtOnce = byKey === 401
  }
}

/** A team as before, or nothing of it anywhere but its name, which nobody gets again. */
export const checkDeleteTeam = async (
  house: TestHouse,
  deaths: Death<Deleter>[],
  { isJob = false } = {},
): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(isJob ? 20 : 18)
  expect(deaths.filter(({ subject }) => subject.refusedAtOnce).length).toBeGreaterThan(1)
  for (const { subject, isDone } of deaths) {
    const { owner, team, key, refusedAtOnce } = subject
    const isGone = (await countOf(house, 'us-1', 'workspaces where id = $1', [team.id])) === 0
    if (isDone || refusedAtOnce || isJob) expect(isGone).toBe(true)
    expect((await answerOf(key))[0]).toBe(isGone ? 401 : 200)
    const { teams } = (await owner.call('GET', '/api/teams')).json()
    expect(teams.length).toBe(isGone ? 0 : 1)
    const name = house.directory.guessable('username', team.username)
    expect(await stateOf(house, name)).toBe(isGone ? 'retired' : 'confirmed')
    expect(await slotsOf(house, owner.userId)).toEqual(isGone ? [] : [team.id])
    if (isGone) await expectNothingOf(house, subject)
  }
}

const expectNothingOf = async (house: TestHouse, { owner, team, key }: Deleter): Promise<void> => {
  for (const from of [
    'profiles where id = $1',
    'data_keys where account_id = $1',
    'memberships where workspace_id = $1',
    'invites where workspace_id = $1',
    'api_keys where workspace_id = $1',
    'activity_events where workspace_id = $1',
  ])
    expect(await countOf(house, 'us-1', from, [team.id]), from).toBe(0)
  expect(await stateOf(house, memberEntry(team.id, owner.userId))).toBeUndefined()
  expect(await countOf(house, 'directory', 'entries where subject_id = $1', [key.keyId])).toBe(0)
  const told = `activity_events where workspace_id = $1 and metadata->>'change' = 'team_deleted'`
  expect(await countOf(house, 'us-1', told, [owner.userId])).toBe(1)
}

type HandingOver = { owner: Person; target: Person; team: Team }

/** A team of somebody in the first cell, about to be given to somebody who lives elsewhere. */
export const prepareTransfer = async (house: TestHouse) => {
  const [owner, target] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [target, 'admin'],
  ])
  const act = { name: 'transferOwnership', targetId: target.userId } as const
  const within = { cellId: 'us-1', workspaceId: team.id }
  return {
    command: { name: 'team', ...(await ownOf(house, owner)), within, act } as const,
    subject: { owner, target, team } satisfies HandingOver,
  }
}

/** One owner at every moment, who holds a slot for it; the slot a crash left behind gives way when it is needed. */
export const checkTransfer = async (house: TestHouse, deaths: Death<HandingOver>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(15)
  for (const { subject, isDone } of deaths) {
    const { owner, target, team } = subject
    const rows = await rowsOf(
      house,
      'us-1',
      'select user_id, role from memberships where workspace_id = $1 order by role desc',
      [team.id],
    )
    const isMoved = rows.find(({ role }) => role === 'owner')?.user_id === target.userId
    if (isDone) expect(isMoved).toBe(true)
    const [after, before] = isMoved ? [target, owner] : [owner, target]
    expect(rows).toEqual([
      { user_id: after.userId, role: 'owner' },
      { user_id: before.userId, role: 'admin' },
    ])
    expect(await slotsOf(house, after.userId)).toEqual([team.id])
    const told = `activity_events where workspace_id = $1 and metadata->>'change' = 'ownership_transferred'`
    expect(await countOf(house, 'us-1', told, [team.id])).toBe(isMoved ? 1 : 0)
    const left = await slotsOf(house, before.userId)
    if (isDone || !isMoved) expect(left).toEqual([])
    if (left.length > 0) await expectRoomForFive(before)
  }
}

const expectRoomForFive = async (person: Person): Promise<void> => {
  const statuses = []
  for (let n = 0; n < 6; n++) {
    const username = `crash-${randomBytes(5).toString('hex')}`
    statuses.push((await person.call('POST', '/api/teams/create', { username, fullName: 'More' })).statusCode)
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 403])
}
