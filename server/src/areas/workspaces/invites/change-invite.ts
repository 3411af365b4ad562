import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { claimed, released } from '../../../directory/two-store.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedToRole } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { addJob, type JobPayload } from '../../../outbox/outbox.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { takeInviteMail } from '../../accounts/emails/mail-limit.ts'
import { doerOf } from '../../activity/doer.ts'
import { lockTeam } from '../members/lock-team.ts'
import { canInvite } from '../members/rules.ts'
import { type InviteRow, invites } from '../table.ts'
import { endInvite } from './end-invite.ts'
import { recordInvite } from './invite-event.ts'
import { mailInviteLater } from './invite-mail.ts'
import { inviteSeconds } from './invite-member.ts'
import { inviteEntry, makeInviteToken } from './invite-token.ts'

/** Cancels a pending invite: its link answers like an unknown one from here on, and its seat is free. Refuses with invite_not_found,
 *  invite_expired or permission_denied. */
export const cancelInvite = async (
  { directory }: Pick<House, 'directory'>,
  actor: Actor,
  inviteId: string,
  at: Date,
): Promise<void> => {
  const { cell } = actor.workspace
  await released(directory, cell, { userId: actor.userId }, at, async (tx) => {
    const invite = await lockPending(tx, actor, inviteId, at)
    await endInvite(tx, doerOf(actor), invite, at)
    return { entries: [inviteEntry(invite.tokenDigest)], result: undefined }
  })
}

/** Mails a fresh link that holds for fourteen days from now; the one before answers like an unknown one. Returns until when. Refuses
 *  with invite_not_found, invite_expired, permission_denied or too_many_mails. */
export const resendInvite = async (
  house: Pick<House, 'directory' | 'keyRing' | 'rate'>,
  actor: Actor,
  inviteId: string,
  at: Date,
): Promise<Date> => {
  const { directory, keyRing } = house
  const { cell, id: workspaceId } = actor.workspace
  const { token, digest } = makeInviteToken()
  const expiresAt = secondsAfter(at, inviteSeconds)
  const write = () =>
    cell.db.transaction(async (tx) => {
      const invite = await lockPending(tx, actor, inviteId, at)
      await takeInviteMail(house, workspaceId, invite.emailDigest, at)
      await tx.update(invites).set({ tokenDigest: digest, expiresAt }).where(eq(invites.id, inviteId))
      await recordInvite(tx, doerOf(actor), 'invite_resent', invite, at)
      const dataKey = await loadDataKey(tx, keyRing, workspaceId)
      await mailInviteLater(tx, actor.workspace, dataKey, inviteId, token)
      const earlier = { digest: invite.tokenDigest.toString('hex'), userId: actor.userId }
      await addJob(tx, 'forget-invite-token', earlier)
      return true
    })
  // Nothing to go back to: the earlier link has ended with the commit, and a pending invite can be sent again.
  const undo = async () => {}
  const place = { cellId: cell.id, subjectId: inviteId }
  const claim = await claimed(directory, [inviteEntry(digest)], place, at, { write, undo })
  if (claim.taken) throw new Error('Two invites with one token')
  return expiresAt
}

/** Job: what the directory kept of an earlier link goes. The link opens nothing since its invite carries another token. */
export const forgetToken = async (
  { directory, clock }: Pick<House, 'directory' | 'clock'>,
  { digest = '', userId = '' }: JobPayload,
): Promise<void> => {
  const entry = inviteEntry(Buffer.from(digest, 'hex'))
  await directory.release([entry], { userId }, clock.now())
  await directory.forget([entry])
}

/** The pending invite, with changes of the workspace's members held off, when the actor may touch it. */
const lockPending = async (tx: Tx, actor: Actor, inviteId: string, at: Date): Promise<InviteRow> => {
  const { role } = await lockTeam(tx, actor)
  const [invite] = await tx
    .select()
    .from(invites)
    .where(and(eq(invites.id, inviteId), eq(invites.workspaceId, actor.workspace.id)))
    .for('update')
  if (!invite || invite.status === 'cancelled') throw refuse('invite_not_found')
  if (!canInvite(role, invite.role)) throw deniedToRole({ ...actor, role }, 'owner')
  if (invite.status === 'accepted') throw refuse('invite_accepted')
  if (invite.status === 'expired' || invite.expiresAt <= at) throw refuse('invite_expired')
  return invite
}
