import { isUsernameWellFormed } from '#contract/username.ts'
import { askMany } from '../../cells/ask-many.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Membership } from '../../door/actor.ts'
import { batchPer } from '../../gate/batch.ts'
import type { House } from '../../house.ts'
import { loadNames, type Names } from '../accounts/profiles/profile.ts'
import { allowancesOf } from './allowances.ts'
import type { MembershipRow, WorkspaceRow } from './table.ts'

/** A workspace of this cell with the person's current role in it; undefined when they are no member, or it was deleted. Read after it was
 *  asked for, together with what others ask for at that moment (decision 0044). */
export const findMembership = (
  cell: Cell,
  workspaceId: string,
  userId: string,
  at: Date,
): Promise<Membership | undefined> => membershipsOf(cell).find({ workspaceId, userId, at })

type Asked = { workspaceId: string; userId: string; at: Date }

type Row = Pick<MembershipRow, 'role'> &
  Pick<WorkspaceRow, 'id' | 'accountType' | 'plan' | 'secondFactorRequired' | 'seatsMax' | 'enterpriseUntil'>

const findMemberships = async (cell: Cell, asked: readonly Asked[]): Promise<(Membership | undefined)[]> => {
  const workspaceIds = asked.map(({ workspaceId }) => workspaceId)
  const [rows, names] = await Promise.all([
    askMany<Row & { n: number }>(
      cell.pool,
      'find_memberships',
      `select asked.n::int as n, role, workspaces.id, account_type as "accountType", plan,
         second_factor_required as "secondFactorRequired", seats_max as "seatsMax", enterprise_until as "enterpriseUntil"
       from unnest($1::text[], $2::text[]) with ordinality as asked (workspace_id, user_id, n)
       join memberships using (workspace_id, user_id)
       join workspaces on workspaces.id = memberships.workspace_id and deleted_at is null`,
      [workspaceIds, asked.map(({ userId }) => userId)],
    ),
    loadNames(cell, workspaceIds),
  ])
  return asked.map(({ at }, n) => {
    const [row, named] = [rows[n], names[n]]
    return row && named && membershipOf(cell, row, named, at)
  })
}

const membershipsOf = batchPer(findMemberships)

const membershipOf = (cell: Cell, row: Row, { username, displayName }: Names, at: Date): Membership => {
  const { role, id, accountType, plan, secondFactorRequired, enterpriseUntil } = row
  const { seatsMax, licenseExpired } = allowancesOf(row, at)
  const licenseUntil = licenseExpired ? null : enterpriseUntil
  return {
    role,
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
