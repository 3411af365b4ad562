import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { claimed } from '../../../directory/two-store.ts'
import type { Actor, Membership } from '../../../door/actor.ts'
import { type Refusal, refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { findVerifiedEmail } from '../../accounts/emails/find-email.ts'
import { type Guest, loadGuest, welcomeGuest } from '../../accounts/profiles/guest.ts'
import { sessionOf } from '../../accounts/session-of.ts'
import { allowancesOf } from '../allowances.ts'
import { findMembership } from '../find-membership.ts'
import { findMember } from '../members/lock-team.ts'
import { memberEntry } from '../members/member-entry.ts'
import { recordMember } from '../members/member-event.ts'
import { sealShared } from '../members/shared-email.ts'
import { lockWorkspace } from '../storage.ts'
import { type InviteRow, invites, memberships } from '../table.ts'
import { findInvite, hasLapsed } from './find-invite.ts'
import { countSeats, requireSeat } from './seats.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'keyRing'>

/** Joins the workspace of an invite (SPEC 4.5), in whichever region it is. The person shares their name and the invited address with it,
 *  nothing else. Refuses with invite_not_found, invite_accepted, invite_expired, invite_for_another_address, already_member,
 *  seat_limit_reached or license_expired. */
export const acceptInvite = async (
  house: Needs,
  actor: Actor,
  token: string,
  at: Date,
): Promise<Membership> => {
  const { session, userId, self } = sessionOf(actor)
  const { cell, invite } = await findInvite(house, token)
  requireOpen(invite, at)
  const address = await findVerifiedEmail(session.cell.db, house.keyRing, userId, invite.emailDigest)
  if (address === undefined) throw refuse('invite_for_another_address')
  const guest = await loadGuest(session.cell, userId)
  const { workspaceId } = invite
  const write = () =>
    cell.db.transaction(async (tx) => {
      await join(tx, house, { invite, guest, address, requestId: self.requestId }, at)
      return true
    })
  const undo = () => cell.db.transaction((tx) => takeBack(tx, invite, userId, at))
  const place = { cellId: cell.id, subjectId: workspaceId }
  const claim = await claimed(house.directory, [memberEntry(workspaceId, userId)], place, at, { write, undo })
  if (claim.taken) throw await whyTaken(house, cell, invite, userId, at)
  const membership = await findMembership(cell, workspaceId, userId, at)
  if (!membership) throw refuse('invite_not_found')
  return membership
}

const requireOpen = (invite: InviteRow, at: Date): void => {
  if (invite.status === 'accepted') throw refuse('invite_accepted')
  if (hasLapsed(invite, at)) throw refuse('invite_expired')
  if (invite.status !== 'pending') throw refuse('invite_not_found')
}

type Joining = { invite: InviteRow; guest: Guest; address: string; requestId: string | undefined }

const join = async (
  tx: Tx,
  { keyRing }: Needs,
  { invite: { id, workspaceId }, guest, address, requestId }: Joining,
  at: Date,
): Promise<void> => {
  const row = await lockWorkspace(tx, workspaceId)
  const [invite] = await tx.select().from(invites).where(eq(invites.id, id))
  if (!invite) throw refuse('invite_not_found')
  requireOpen(invite, at)
  if (await findMember(tx, workspaceId, guest.id)) throw refuse('already_member')
  // Its own seat is counted as pending. Seats may have been taken away since: then members come before invites.
  requireSeat(allowancesOf(row, at), (await countSeats(tx, workspaceId, at)).members)
  await welcomeGuest(tx, { keyRing }, guest, at)
  const dataKey = await loadDataKey(tx, keyRing, guest.id)
  await tx.insert(memberships).values({
    workspaceId,
    userId: guest.id,
    role: invite.role,
    joinedAt: at,
    invitedBy: invite.invitedBy,
    emailSealed: sealShared(dataKey, { workspaceId, userId: guest.id }, address),
  })
  await tx.update(invites).set({ status: 'accepted', settledAt: at }).where(eq(invites.id, id))
  const doer = { userId: guest.id, workspaceId, requestId }
  await recordMember(tx, doer, 'member_joined', { userId: guest.id, after: invite.role }, at)
}

/** The reservation lapsed before it could be confirmed: the person is told to try again, and the invite is as it was. */
const takeBack = async (tx: Tx, { id, workspaceId }: InviteRow, userId: string, at: Date): Promise<void> => {
  await lockWorkspace(tx, workspaceId)
  await tx
    .delete(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
  await tx.update(invites).set({ status: 'pending', settledAt: null }).where(eq(invites.id, id))
  await recordMember(tx, { userId, workspaceId }, 'member_left', { userId }, at)
}

/** The pair is in the directory already: a member, or somebody whom two requests make one at this moment. */
const whyTaken = async (
  { directory }: Needs,
  cell: Cell,
  { id, workspaceId }: InviteRow,
  userId: string,
  at: Date,
): Promise<Refusal> => {
  const [invite] = await cell.db.select().from(invites).where(eq(invites.id, id))
  if (invite?.status === 'accepted') return refuse('invite_accepted')
  const member = await findMember(cell.db, workspaceId, userId)
  if (member) return refuse('already_member')
  // A pair in force without its row, as a restored backup may leave one, is in nobody's way a second time.
  const held = await directory.listHeld('membership', userId)
  const stale = held.filter(({ subjectId }) => subjectId === workspaceId)
  await directory.release(stale, { userId }, at)
  await directory.forget(stale)
  return refuse('store_unavailable', { retryAfter: 2 })
}
