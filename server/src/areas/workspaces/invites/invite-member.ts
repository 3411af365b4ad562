import { and, eq } from 'drizzle-orm'
import type { Parsed, Received } from '#contract/endpoint.ts'
import { type inviteMember as endpoint, inviteDays } from '#contract/members.ts'
import { secondsAfter } from '../../../clock.ts'
import { makeId } from '../../../crypto/token.ts'
import { claimed } from '../../../directory/two-store.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedToRole } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { takeInviteMail } from '../../accounts/emails/mail-limit.ts'
import { doerOf } from '../../activity/doer.ts'
import { retractActivity } from '../../activity/erase-activity.ts'
import { allowancesOf } from '../allowances.ts'
import { findMember, lockTeam } from '../members/lock-team.ts'
import { canInvite } from '../members/rules.ts'
import { invites } from '../table.ts'
import { sealInvited } from './invite-email.ts'
import { recordInvite } from './invite-event.ts'
import { mailInviteLater } from './invite-mail.ts'
import { inviteEntry, makeInviteToken } from './invite-token.ts'
import { lapseWhere } from './lapse-invites.ts'
import { countSeats, requireSeat } from './seats.ts'

export const inviteSeconds = inviteDays * 24 * 3600

/** Invites an address (SPEC 4.5). The seat is taken with the invite, in one transaction under the workspace's lock. Refuses with
 *  permission_denied, already_member, invite_pending, seat_limit_reached, license_expired or too_many_mails; nothing is kept then. */
export const inviteMember = async (
  house: Pick<House, 'directory' | 'keyRing' | 'rate'>,
  actor: Actor,
  { email, role }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const { directory, keyRing } = house
  const { cell, id: workspaceId } = actor.workspace
  const address = directory.guessable('email', email)
  const holder = await directory.find(address)
  const { token, digest } = makeInviteToken()
  const id = makeId(at)
  const write = () =>
    cell.db.transaction(async (tx) => {
      const { row, role: own } = await lockTeam(tx, actor)
      if (!canInvite(own, role))
        throw deniedToRole({ ...actor, role: own }, role === 'admin' ? 'owner' : 'admin')
      if (holder && (await findMember(tx, workspaceId, holder.subjectId))) throw refuse('already_member')
      // An invite to this address whose time is up is no longer in the way, even before the clock's work has noticed.
      const toSame = and(eq(invites.workspaceId, workspaceId), eq(invites.emailDigest, address.digest))
      await lapseWhere(tx, cell.id, toSame, at)
      const { members, pending } = await countSeats(tx, workspaceId, at)
      const dataKey = await loadDataKey(tx, keyRing, workspaceId)
      const [kept] = await tx
        .insert(invites)
        .values({
          id,
          workspaceId,
          emailSealed: sealInvited(dataKey, id, email),
          emailDigest: address.digest,
          role,
          tokenDigest: digest,
          invitedBy: actor.userId,
          createdAt: at,
          expiresAt: secondsAfter(at, inviteSeconds),
        })
        .onConflictDoNothing()
        .returning()
      if (!kept) throw refuse('invite_pending')
      requireSeat(allowancesOf(row, at), members + pending)
      await takeInviteMail(house, workspaceId, address.digest, at)
      await recordInvite(tx, doerOf(actor), 'invite_sent', kept, at)
      await mailInviteLater(tx, actor.workspace, dataKey, id, token)
      return kept
    })
  const undo = () =>
    cell.db.transaction(async (tx) => {
      await tx.delete(invites).where(eq(invites.id, id))
      await retractActivity(tx, workspaceId, 'settings', id)
    })
  const claim = await claimed(directory, [inviteEntry(digest)], { cellId: cell.id, subjectId: id }, at, {
    write,
    undo,
  })
  if (claim.taken) throw new Error('Two invites with one token')
  return { invited: true, email, inviteId: id }
}
