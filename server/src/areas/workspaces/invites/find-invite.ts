import { eq } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { getInvite as endpoint } from '#contract/members.ts'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { findIconUrl } from '../../accounts/profiles/icon.ts'
import { loadDisplayNames, loadProfile } from '../../accounts/profiles/profile.ts'
import { type InviteRow, invites, workspaces } from '../table.ts'
import { openInvited } from './invite-email.ts'
import { inviteDigest, inviteEntry } from './invite-token.ts'

/** The invite of a mailed token, and where its workspace lives. Unknown, cancelled and replaced tokens are one refusal: invite_not_found. */
export const findInvite = async (
  { directory, cells }: Pick<House, 'directory' | 'cells'>,
  token: string,
): Promise<{ cell: Cell; invite: InviteRow }> => {
  const digest = inviteDigest(token)
  const place = await directory.find(inviteEntry(digest))
  if (!place) throw refuse('invite_not_found')
  const cell = cells.get(place.cellId)
  const [row] = await cell.db
    .select({ invite: invites, deletedAt: workspaces.deletedAt })
    .from(invites)
    .innerJoin(workspaces, eq(workspaces.id, invites.workspaceId))
    .where(eq(invites.id, place.subjectId))
  if (!row || row.deletedAt || row.invite.status === 'cancelled' || !row.invite.tokenDigest.equals(digest))
    throw refuse('invite_not_found')
  return { cell, invite: row.invite }
}

export const hasLapsed = ({ status, expiresAt }: InviteRow, at: Date): boolean =>
  status === 'expired' || (status === 'pending' && expiresAt <= at)

/** What an invite is about, for whoever holds its link. */
export const showInvite = async (
  house: Pick<House, 'directory' | 'cells' | 'keyRing' | 'siteUrl'>,
  token: string,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const { cell, invite } = await findInvite(house, token)
  const { id, username, displayName, iconColor, iconLetter } = await loadProfile(cell.db, invite.workspaceId)
  const imageUrl = await findIconUrl(house, cell, { id, username })
  const names = await loadDisplayNames(cell.db, [invite.invitedBy])
  const dataKey = await loadDataKey(cell.db, house.keyRing, invite.workspaceId)
  return {
    workspace: {
      username,
      displayName,
      accountType: id.startsWith('team_') ? 'team' : 'personal',
      region: cell.region,
      ...(imageUrl ? { imageUrl } : {}),
      ...(iconColor ? { iconColor } : {}),
      ...(iconLetter ? { iconLetter } : {}),
    },
    role: invite.role,
    email: openInvited(dataKey, invite),
    invitedBy: names.get(invite.invitedBy) ?? 'Somebody who left',
    expiresAt: invite.expiresAt.toISOString(),
    status: hasLapsed(invite, at) ? 'expired' : invite.status === 'accepted' ? 'accepted' : 'pending',
  }
}
