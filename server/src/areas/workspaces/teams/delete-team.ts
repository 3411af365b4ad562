import { and, count, eq, ne } from 'drizzle-orm'
import type { Parsed } from '#contract/endpoint.ts'
import type { deleteTeam as endpoint } from '#contract/teams.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { EntryKey } from '../../../directory/directory.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedReason } from '../../../door/denied.ts'
import { deniedByRole } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { addJob, type JobPayload } from '../../../outbox/outbox.ts'
import { findTeamName, forgetTeamKey } from '../../accounts/profiles/team-profile.ts'
import { eraseFeed } from '../../activity/erase-activity.ts'
import { recordOnce } from '../../activity/record-activity.ts'
import { findMembershipByUsername } from '../find-membership.ts'
import { farewell } from '../members/drop-member.ts'
import { lockTeam } from '../members/lock-team.ts'
import { memberEntry } from '../members/member-entry.ts'
import { invites, memberships, workspaces } from '../table.ts'
import { eraseTeam } from './create-team.ts'
import { giveSlotsBack, slotsOfTeam } from './team-slots.ts'

type Needs = Pick<House, 'directory' | 'cells'>

/** Deletes a team (SPEC 4.7). From the commit on it is gone for everybody, keys included; its entries in the directory and its data
 *  follow in a job. Returns the cell it was in. Refuses with confirmation_word_wrong, workspace_not_found, permission_denied, team_has_members, or with why the
 *  team is closed to the person. */
export const deleteTeam = async (
  house: Needs,
  actor: Actor,
  { confirmationWord, teamUsername }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Cell> => {
  if (confirmationWord !== 'DELETE') throw refuse('confirmation_word_wrong')
  const { userId, credential } = actor
  const membership = await findMembershipByUsername(house, teamUsername, userId, at)
  if (membership?.workspace.accountType !== 'team') throw refuse('workspace_not_found')
  const denied = deniedReason(membership, credential)
  if (denied) throw refuse(denied)
  const { cell, id: teamId, username } = membership.workspace
  const names = { cellId: cell.id, teamId, username, ownerId: userId, at: at.toISOString() }
  await cell.db.transaction(async (tx) => {
    const { role } = await lockTeam(tx, { ...membership, userId })
    if (role !== 'owner') throw deniedByRole({ ...membership, credential, role }, 'team.delete')
    await requireAlone(tx, teamId, userId)
    await tx.update(workspaces).set({ deletedAt: at }).where(eq(workspaces.id, teamId))
    await tx.delete(memberships).where(eq(memberships.workspaceId, teamId))
    await tx
      .update(invites)
      .set({ status: 'cancelled', settledAt: at })
      .where(and(eq(invites.workspaceId, teamId), eq(invites.status, 'pending')))
    await addJob(tx, 'erase-team', names)
  })
  // The job does this too, for when nobody gets here or the directory is away; done at once, the name and the slot follow before the
  // answer.
  await leaveDirectory(house, names, at).catch(() => {})
  return cell
}

const requireAlone = async (tx: Tx, teamId: string, ownerId: string): Promise<void> => {
  const [others] = await tx
    .select({ n: count() })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, teamId), ne(memberships.userId, ownerId)))
  if ((others?.n ?? 0) > 0) throw refuse('team_has_members')
}

/** The name is never given out again (SPEC 1.2); the slot and the membership are gone. Safe to repeat. */
const leaveDirectory = async (
  { directory }: Needs,
  { teamId, username, ownerId }: { teamId: string; username: string; ownerId: string },
  at: Date,
): Promise<void> => {
  await directory.retire(directory.guessable('username', username))
  const membership = memberEntry(teamId, ownerId)
  await directory.release([membership], { userId: ownerId }, at)
  await directory.forget([membership])
  await giveSlotsBack(directory, await slotsOfTeam(directory, ownerId, teamId), ownerId, at)
}

/** What areas take away of a workspace before its rows go: files, and entries in the directory. `app.ts` hands in their answers. */
export type Eraser = (cell: Cell, workspaceId: string) => Promise<readonly EntryKey[]>

/** Job: finishes a deletion. Safe to repeat: what is gone already is stepped over. The person who deleted it is told in their own feed,
 *  since the team's goes. */
export const eraseDeletedTeam = async (
  house: Needs,
  erasers: readonly Eraser[],
  { cellId = '', teamId = '', username = '', ownerId = '', at: deletedAt = '' }: JobPayload,
): Promise<void> => {
  const at = new Date(deletedAt)
  const cell = house.cells.get(cellId)
  await leaveDirectory(house, { teamId, username, ownerId }, at)
  const displayName = await findTeamName(cell.db, teamId)
  if (displayName === undefined) return
  // First of all, so that what is sealed cannot be opened any more however long the rest takes.
  await forgetTeamKey(cell.db, teamId)
  for (const erase of erasers) {
    const entries = await erase(cell, teamId)
    await house.directory.release(entries, { userId: ownerId }, at)
    await house.directory.forget(entries)
  }
  await eraseFeed(cell.db, teamId)
  await tellOwner(house, { teamId, username, ownerId, displayName }, at)
  await cell.db.transaction(async (tx) => {
    await eraseTeam(tx, teamId)
    await farewell(tx, ownerId)
  })
}

const tellOwner = async (
  { directory, cells }: Needs,
  {
    teamId,
    username,
    ownerId,
    displayName,
  }: { teamId: string; username: string; ownerId: string; displayName: string },
  at: Date,
): Promise<void> => {
  const homeId = await directory.findCellOf(ownerId)
  if (homeId === undefined) return
  const metadata = { kind: 'member', change: 'team_deleted', username }
  await cells
    .get(homeId)
    .db.transaction((tx) =>
      recordOnce(
        tx,
        teamId.slice('team_'.length),
        'settings/deleted',
        { userId: ownerId, workspaceId: ownerId },
        { id: teamId, name: displayName, metadata },
        at,
      ),
    )
}
