import { expect } from 'vitest'
import { memberEntry } from '../../src/areas/workspaces/members/member-entry.ts'
import { answerOf, type IssuedKey, issueKey } from '../keys.ts'
import { aPerson, type Person } from '../people.ts'
import { aTeam, type Team } from '../teams.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, ownOf, rowsOf, stateOf } from './stores.ts'

type Removed = { owner: Person; member: Person; team: Team; key: IssuedKey; refusedAtOnce?: boolean }

/** Somebody of another region, with a key and an invite they sent, about to be removed by the owner. */
export const prepareRemove = async (house: TestHouse) => {
  const [owner, member] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, 'admin'],
  ])
  const subject: Removed = { owner, member, team, key: await issueKey(house, member, {}, team.username) }
  const body = { email: `guest-of-${member.username}@example.com`, role: 'viewer' }
  await member.call('POST', `/api/members?owner=${team.username}`, body)
  const act = { name: 'removeMember', memberId: member.userId } as const
  const within = { cellId: 'us-1', workspaceId: team.id }
  return { command: { name: 'team', ...(await ownOf(house, owner)), within, act } as const, subject }
}

/** Looks who has lost something before the janitor has come. */
export const lookAtMembers = async (deaths: Death<Removed>[]): Promise<void> => {
  for (const { subject } of deaths) {
    const { member, team, key } = subject
    const bySession = (await member.call('GET', `/api/settings?owner=${team.username}`)).statusCode
    const [byKey] = await answerOf(key)
    subject.refusedAtOnce = bySession === 404 || byKey === 401
  }
}

/** A member with a key that works and an invite that waits, or none of it, each told of once. */
export const checkRemove = async (house: TestHouse, deaths: Death<Removed>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(11)
  expect(deaths.filter(({ subject }) => subject.refusedAtOnce).length).toBeGreaterThan(1)
  for (const { subject, isDone } of deaths) {
    const { owner, member, team, key, refusedAtOnce } = subject
    const rows = 'memberships where workspace_id = $1 and user_id = $2'
    const isGone = (await countOf(house, 'us-1', rows, [team.id, member.userId])) === 0
    // Access that has ended never comes back, and none is left behind.
    if (isDone || refusedAtOnce) expect(isGone).toBe(true)
    const bySession = await member.call('GET', `/api/settings?owner=${team.username}`)
    expect(bySession.statusCode).toBe(isGone ? 404 : 200)
    expect((await answerOf(key))[0]).toBe(isGone ? 401 : 200)
    const entry = memberEntry(team.id, member.userId)
    expect(await stateOf(house, entry)).toBe(isGone ? undefined : 'confirmed')
    expect(await countOf(house, 'us-1', 'api_keys where id = $1', [key.keyId])).toBe(isGone ? 0 : 1)
    const keyEntries = 'entries where subject_id = $1'
    expect(await countOf(house, 'directory', keyEntries, [key.keyId])).toBe(isGone ? 0 : 1)
    const [invite] = await rowsOf(house, 'us-1', 'select id, status from invites where workspace_id = $1', [
      team.id,
    ])
    expect(invite?.status).toBe(isGone ? 'cancelled' : 'pending')
    for (const [told, subjectId] of [
      [`metadata->>'change' = 'invite_cancelled'`, invite?.id],
      [`metadata->>'change' = 'member_removed'`, member.userId],
      [`resource_type = 'api_key' and action = 'deleted'`, key.keyId],
    ] as const) {
      const events = `activity_events where workspace_id = $1 and resource_id = $2 and user_id = $3 and ${told}`
      const times = await countOf(house, 'us-1', events, [team.id, subjectId, owner.userId])
      expect(times, told).toBe(isGone ? 1 : 0)
    }
  }
}
