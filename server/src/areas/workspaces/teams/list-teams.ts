import type { Region } from '#contract/common.ts'
import type { Received } from '#contract/endpoint.ts'
import type { listTeams as endpoint } from '#contract/teams.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { deniedReason } from '../../../door/denied.ts'
import type { House } from '../../../house.ts'
import { findIconUrl } from '../../accounts/profiles/icon.ts'
import { loadProfile } from '../../accounts/profiles/profile.ts'
import { findMembership } from '../find-membership.ts'
import { inTime } from '../in-time.ts'

type Reply = Received<typeof endpoint>
type Team = Reply['teams'][number]

/** The workspaces somebody belongs to besides their own, by name, from every cell that answers. */
export const listTeams = async (
  house: Pick<House, 'directory' | 'cells' | 'siteUrl'>,
  userId: string,
  session: SessionCredential,
  at: Date,
): Promise<Reply> => {
  const held = await house.directory.listHeld('membership', userId)
  const byCell = Map.groupBy(held, ({ cellId }) => cellId)
  const unreachable = new Set<Region>()
  const lists = await Promise.all(
    [...byCell].map(async ([cellId, places]) => {
      const cell = house.cells.find(cellId)
      if (!cell) return []
      const find = async () => {
        const found: (Team | undefined)[] = []
        // One after the other: many teams of one person do not take all connections of a cell.
        for (const { subjectId } of places)
          found.push(await findTeam(house, cell, subjectId, userId, session, at))
        return found
      }
      try {
        return await inTime(find())
      } catch {
        unreachable.add(cell.region)
        return []
      }
    }),
  )
  const teams = lists.flat().filter((team) => team !== undefined)
  teams.sort((a, b) => (a.fullName ?? '').localeCompare(b.fullName ?? ''))
  return { teams, unreachable: [...unreachable] }
}

const findTeam = async (
  house: Pick<House, 'siteUrl'>,
  cell: Cell,
  workspaceId: string,
  userId: string,
  session: SessionCredential,
  at: Date,
): Promise<Team | undefined> => {
  const membership = await findMembership(cell, workspaceId, userId, at)
  if (!membership) return undefined
  const { workspace, role } = membership
  const { iconColor, iconLetter } = await loadProfile(cell.db, workspaceId)
  const imageUrl = await findIconUrl(house, cell, workspace)
  const denied = deniedReason(membership, session)
  return {
    userId: workspace.id,
    username: workspace.username,
    fullName:
      workspace.accountType === 'team' ? workspace.displayName : `${workspace.displayName}\u2019s Team`,
    accountType: workspace.accountType,
    ...(imageUrl ? { imageUrl } : {}),
    ...(iconColor ? { iconColor } : {}),
    ...(iconLetter ? { iconLetter } : {}),
    plan: workspace.plan,
    region: workspace.region,
    role,
    ...(denied ? { deniedReason: denied } : {}),
  }
}
