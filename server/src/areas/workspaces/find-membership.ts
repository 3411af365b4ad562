import { and, eq, isNull } from 'drizzle-orm'
import { isUsernameWellFormed } from '#contract/username.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Membership } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { loadProfile } from '../accounts/profiles/profile.ts'
import { allowancesOf } from './allowances.ts'
import { memberships, workspaces } from './table.ts'

/** A workspace of this cell with the person's current role in it; undefined when they are no member, or it was deleted. */
export const findMembership = async (
  cell: Cell,
  workspaceId: string,
  userId: string,
  at: Date,
): Promise<Membership | undefined> => {
  const [row] = await cell.db
    .select({ workspace: workspaces, role: memberships.role })
    .from(memberships)
    .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        isNull(workspaces.deletedAt),
      ),
    )
  if (!row) return undefined
  const { username, displayName } = await loadProfile(cell.db, workspaceId)
  const { id, accountType, plan, secondFactorRequired } = row.workspace
  const { seatsMax, licenseExpired } = allowancesOf(row.workspace, at)
  const licenseUntil = licenseExpired ? null : row.workspace.enterpriseUntil
  return {
    role: row.role,
    workspace: {
      id,
      username,
      displayName,
      accountType,
      plan,
      region: cell.region,
      cell,
      secondFactorRequired,
      licenseExpired,
      licenseUntil,
      seatsMax,
    },
  }
}

/** Where the workspace of a username lives; undefined when there is none. */
export const locateWorkspace = async (
  { directory, cells }: Pick<House, 'directory' | 'cells'>,
  username: string,
): Promise<{ cell: Cell; workspaceId: string } | undefined> => {
  if (!isUsernameWellFormed(username)) return undefined
  const place = await directory.find(directory.guessable('username', username))
  return place && { cell: cells.get(place.cellId), workspaceId: place.subjectId }
}

/** The same by username, across cells. */
export const findMembershipByUsername = async (
  house: Pick<House, 'directory' | 'cells'>,
  username: string,
  userId: string,
  at: Date,
): Promise<Membership | undefined> => {
  const place = await locateWorkspace(house, username)
  return place && findMembership(place.cell, place.workspaceId, userId, at)
}

/** The workspace a session is active in, when the person is still a member of it. */
export const findActiveMembership = async (
  { cells }: Pick<House, 'cells'>,
  { cellId, workspaceId }: { cellId: string; workspaceId: string },
  userId: string,
  at: Date,
): Promise<Membership | undefined> => {
  const cell = cells.find(cellId)
  return cell && findMembership(cell, workspaceId, userId, at)
}
