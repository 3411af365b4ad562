import { and, asc, eq, gt } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { listMembers as endpoint } from '#contract/members.ts'
import { roles } from '#contract/permissions.ts'
import type { Actor } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { findGuests } from '../../accounts/profiles/guest.ts'
import { iconUrl, listIconIds } from '../../accounts/profiles/icon.ts'
import { loadDisplayNames, loadProfiles } from '../../accounts/profiles/profile.ts'
import { openInvited } from '../invites/invite-email.ts'
import { invites, type MembershipRow, memberships } from '../table.ts'
import { openAllShared } from './shared-email.ts'

type Member = Received<typeof endpoint>['members'][number]
type Needs = Pick<House, 'keyRing' | 'siteUrl'>

/** The members of the workspace, highest role first and then by when they joined, and after them its pending invites. */
export const listMembers = async (
  house: Needs,
  actor: Actor,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const { workspace } = actor
  const rows = await workspace.cell.db
    .select()
    .from(memberships)
    .where(eq(memberships.workspaceId, workspace.id))
    .orderBy(asc(memberships.joinedAt), asc(memberships.userId))
  rows.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role))
  const members = await describeMembers(house, workspace, rows)
  const pending = await listPending(house, workspace, at)
  return { members: [...members, ...pending], maxSeats: workspace.seatsMax }
}

const describeMembers = async (
  { keyRing, siteUrl }: Needs,
  { cell: { db } }: Actor['workspace'],
  rows: readonly MembershipRow[],
): Promise<Member[]> => {
  const ids = rows.map(({ userId }) => userId)
  const profiles = await loadProfiles(db, ids)
  const guests = await findGuests(db, ids)
  const icons = await listIconIds(db, ids)
  const addresses = await openAllShared(db, keyRing, rows)
  const inviters = await loadDisplayNames(
    db,
    rows.flatMap(({ invitedBy }) => invitedBy ?? []),
  )
  return rows.map((row) => {
    const guest = guests.get(row.userId)
    const { username = '', displayName = '' } = profiles.get(row.userId) ?? guest ?? {}
    const iconId = icons.get(row.userId)
    const invitedBy = inviters.get(row.invitedBy ?? '')
    return {
      userId: row.userId,
      username,
      displayName,
      email: addresses.get(row.userId) ?? '',
      role: row.role,
      status: 'active' as const,
      joinedAt: row.joinedAt.toISOString(),
      ...(iconId ? { imageUrl: iconUrl(siteUrl(), username, iconId) } : {}),
      ...(invitedBy ? { invitedBy } : {}),
      ...(guest ? { region: guest.region } : {}),
    }
  })
}

const listPending = async (
  { keyRing }: Needs,
  { cell: { db }, id: workspaceId }: Actor['workspace'],
  at: Date,
): Promise<Member[]> => {
  const rows = await db
    .select()
    .from(invites)
    .where(
      and(eq(invites.workspaceId, workspaceId), eq(invites.status, 'pending'), gt(invites.expiresAt, at)),
    )
    .orderBy(asc(invites.createdAt), asc(invites.id))
  if (rows.length === 0) return []
  const dataKey = await loadDataKey(db, keyRing, workspaceId)
  const inviters = await loadDisplayNames(db, [...new Set(rows.map(({ invitedBy }) => invitedBy))])
  return rows.map((row) => {
    const email = openInvited(dataKey, row)
    const invitedBy = inviters.get(row.invitedBy)
    return {
      username: email,
      email,
      role: row.role,
      status: 'pending' as const,
      joinedAt: row.createdAt.toISOString(),
      ...(invitedBy ? { invitedBy } : {}),
      inviteId: row.id,
      inviteCreatedAt: row.createdAt.toISOString(),
      inviteExpiresAt: row.expiresAt.toISOString(),
    }
  })
}
