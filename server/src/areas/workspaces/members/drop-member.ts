import { and, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import type { EntryKey } from '../../../directory/directory.ts'
import { forgetGuestKey } from '../../accounts/profiles/guest.ts'
import type { Doer } from '../../activity/record-activity.ts'
import { endInvitesOf } from '../invites/end-invite.ts'
import { memberships } from '../table.ts'
import { recordMember } from './member-event.ts'

/** Takes away the keys somebody made in a workspace and names their directory entries. `app.ts` hands in the api-keys area's answer. */
export type DropKeys = (
  tx: Tx,
  doer: Doer,
  member: { workspaceId: string; userId: string },
  at: Date,
) => Promise<EntryKey[]>

/** Takes a member out of a workspace, with the keys they made there and the invites they sent, and tells of it. Owners stay: they hand
 *  over first. Finds nothing to do when they are gone already. Returns the directory entries of the keys and invites. */
export const dropMember = async (
  tx: Tx,
  doer: Doer,
  { workspaceId, userId }: { workspaceId: string; userId: string },
  dropKeys: DropKeys,
  at: Date,
): Promise<EntryKey[]> => {
  const [gone] = await tx
    .delete(memberships)
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        ne(memberships.role, 'owner'),
      ),
    )
    .returning()
  if (!gone) return []
  const change = doer.userId === userId ? 'member_left' : 'member_removed'
  await recordMember(tx, doer, change, { userId, before: gone.role }, at)
  const invites = await endInvitesOf(tx, doer, { workspaceId, userId }, at)
  const keys = await dropKeys(tx, doer, { workspaceId, userId }, at)
  await farewell(tx, userId)
  return [...invites, ...keys]
}

/** Of somebody who lives elsewhere and is no member of anything here any more, nothing private is left to open. */
export const farewell = async (tx: Tx, userId: string): Promise<void> => {
  const [other] = await tx
    .select({ workspaceId: memberships.workspaceId })
    .from(memberships)
    .where(eq(memberships.userId, userId))
    .limit(1)
  if (!other) await forgetGuestKey(tx, userId)
}
