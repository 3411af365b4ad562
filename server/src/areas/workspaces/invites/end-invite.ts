import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import type { EntryKey } from '../../../directory/directory.ts'
import type { Doer } from '../../activity/record-activity.ts'
import { type InviteRow, invites } from '../table.ts'
import { recordInvite } from './invite-event.ts'
import { inviteEntry } from './invite-token.ts'

/** Ends a pending invite. Its link is unknown from here on, so its address is of no more use and goes at once. */
export const endInvite = async (tx: Tx, doer: Doer, invite: InviteRow, at: Date): Promise<void> => {
  await tx
    .update(invites)
    .set({ status: 'cancelled', settledAt: at, emailSealed: Buffer.alloc(0) })
    .where(and(eq(invites.id, invite.id), eq(invites.status, 'pending')))
  await recordInvite(tx, doer, 'invite_cancelled', invite, at)
}

/** Ends the invites that somebody sent who may send none any more: or they could come back by one of their own. Returns the directory
 *  entries of their links. */
export const endInvitesOf = async (
  tx: Tx,
  doer: Doer,
  { workspaceId, userId }: { workspaceId: string; userId: string },
  at: Date,
): Promise<EntryKey[]> => {
  const own = await tx
    .select()
    .from(invites)
    .where(
      and(eq(invites.workspaceId, workspaceId), eq(invites.invitedBy, userId), eq(invites.status, 'pending')),
    )
    .for('update')
  for (const invite of own) await endInvite(tx, doer, invite, at)
  return own.map(({ tokenDigest }) => inviteEntry(tokenDigest))
}
