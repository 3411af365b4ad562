import type { Parsed, Received } from '#contract/endpoint.ts'
import type { createTeam as endpoint } from '#contract/teams.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import { refuse, refuseUntil } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { createTeamProfile, eraseTeamProfile } from '../../accounts/profiles/team-profile.ts'
import { isReservedHere } from '../../accounts/sign-up/check-username.ts'
import { eraseActivity } from '../../activity/erase-activity.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { memberEntry } from '../members/member-entry.ts'
import { memberships, workspaces } from '../table.ts'
import { takingSlot } from './team-slots.ts'

/** Colours an icon begins with; each is readable under white initials. */
const iconColors = ['#0b6e6e', '#3b5bdb', '#9c36b5', '#c2255c', '#a15c07', '#2b7a3d', '#5f3dc4']

/** Teams a person creates a day: each name is used up for ever, deleted or not. */
const createdPerDayMax = 20
const dayMs = 24 * 3600 * 1000

type Creator = { userId: string; cell: { id: string }; requestId?: string | undefined }

/** Creates a team in the creator's own cell, so in their region (SPEC 1.4), and makes them its owner. Refuses with username_taken,
 *  team_limit_reached, rate_limited, or invalid_request for a reserved name. */
export const createTeam = async (
  house: Pick<House, 'directory' | 'cells' | 'keyRing' | 'config' | 'rate'>,
  { userId, cell: { id: cellId }, requestId }: Creator,
  { username, fullName }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Received<typeof endpoint>['team']> => {
  if (isReservedHere(house, username)) {
    const issues = [{ path: 'username', message: 'is reserved' }]
    throw refuse('invalid_request', { message: 'username: is reserved', issues })
  }
  const { directory, cells, keyRing, rate } = house
  const turn = await rate.take(`team:${userId}`, createdPerDayMax, at.getTime(), dayMs)
  if (!turn.allowed) throw refuseUntil('rate_limited', new Date(turn.resetAtMs), at)
  const cell = cells.get(cellId)
  const teamId = `team_${makeId(at)}`
  const icon = {
    iconColor: iconColors[Number.parseInt(teamId.slice(-6), 16) % iconColors.length] ?? '#0b6e6e',
    iconLetter: initialsOf(fullName),
  }
  const write = () =>
    cell.db.transaction(async (tx) => {
      const profile = { id: teamId, username, displayName: fullName, ...icon }
      await createTeamProfile(tx, keyRing, profile, at)
      await tx.insert(workspaces).values({ id: teamId, accountType: 'team', createdAt: at })
      await tx.insert(memberships).values({ workspaceId: teamId, userId, role: 'owner', joinedAt: at })
      const metadata = { kind: 'member', change: 'team_created' }
      const doer = { userId, workspaceId: teamId, requestId }
      await recordActivity(tx, 'settings/created', doer, { id: teamId, name: fullName, metadata }, at)
      return true
    })
  const undo = () => cell.db.transaction((tx) => eraseTeam(tx, teamId))
  const keys = [directory.guessable('username', username), memberEntry(teamId, userId)]
  const place = { cellId, subjectId: teamId }
  const hint = 'Delete a team or hand one over to make room.'
  const claim = await takingSlot(house, userId, keys, place, at, { write, undo }, hint)
  if (claim.taken) throw refuse('username_taken')
  return { userId: teamId, username, fullName, ...icon, plan: 'free', region: cell.region, role: 'owner' }
}

/** Takes a team out of its cell, with all that hangs on it. Its files must be gone. */
export const eraseTeam = async (tx: Tx, teamId: string): Promise<void> => {
  await eraseTeamProfile(tx, teamId)
  await eraseActivity(tx, teamId)
}

/** The first letters of the first two words, as far as two characters go. */
const initialsOf = (name: string): string => {
  const letters = name.split(/\s+/).map((word) => ([...word][0] ?? '').toUpperCase())
  const [first = '', second = ''] = letters
  const both = first + second
  return both.length <= 2 ? both : first.slice(0, 2)
}
