import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { claimed } from '../../../directory/two-store.ts'
import type { Actor, Membership } from '../../../door/actor.ts'
import { type Refusal, refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { findVerifiedEmail } from '../../accounts/emails/find-email.ts'
import { type Guest, loadGuest, renameGuest, welcomeGuest } from '../../accounts/profiles/guest.ts'
import { sessionOf } from '../../accounts/session-of.ts'
import { allowancesOf } from '../allowances.ts'
import { findMembership } from '../find-membership.ts'
import { type DropKeys, dropMember } from '../members/drop-member.ts'
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
  dropKeys: DropKeys,
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
  const undo = () => takeBack(house, cell, invite, userId, dropKeys, at)
  const place = { cellId: cell.id, subjectId: workspaceId }
  const claim = await claimed(house.directory, [memberEntry(workspaceId, userId)], place, at, { write, undo })
  if (claim.taken) {
    const refusal = await whyTaken(house, cell, invite, userId, at)
    if (refusal) throw refusal
    return acceptInvite(house, actor, token, dropKeys, at)
  }
  await catchUpWithName(session.cell, cell, guest)
  const membership = await findMembership(cell, workspaceId, userId, at)
  if (!membership) throw refuse('invite_not_found')
  return membership
}

const requireOpen = (invite: InviteRow, at: Date): void => {
  if (invite.status === 'accepted') throw refuse('invite_accepted')
  if (hasLapsed(invite, at)) throw refuse('invite_expired')
  if (invite.status !== 'pending') throw refuse('invite_not_found')
}

/** A name that was changed while its person joined went to the workspaces they belonged to before. */
const catchUpWithName = async (home: Cell, cell: Cell, guest: Guest): Promise<void> => {
  const { displayName } = await loadGuest(home, guest.id)
  if (displayName !== guest.displayName) await renameGuest(cell.db, guest.id, displayName)
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
  // The clock may have ended it since it was read, without the workspace's lock.
  const settled = await tx
    .update(invites)
    .set({ status: 'accepted', settledAt: at })
    .where(and(eq(invites.id, id), eq(invites.status, 'pending')))
    .returning({ id: invites.id })
  if (settled.length === 0) throw refuse('invite_expired')
  const doer = { userId: guest.id, workspaceId, requestId }
  await recordMember(tx, doer, 'member_joined', { userId: guest.id, after: invite.role }, at)
}

/** The reservation lapsed before it could be confirmed: the person is told to try again, and the invite is as it was. What has changed
 *  since is left as it is. */
const takeBack = async (
  { directory }: Needs,
  cell: Cell,
  { id, workspaceId, role }: InviteRow,
  userId: string,
  dropKeys: DropKeys,
  at: Date,
): Promise<void> => {
  const keys = await cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    if ((await findMember(tx, workspaceId, userId))?.role !== role) return []
    await tx
      .update(invites)
      .set({ status: 'pending', settledAt: null })
      .where(and(eq(invites.id, id), eq(invites.status, 'accepted')))
    return dropMember(tx, { userId, workspaceId }, { workspaceId, userId }, dropKeys, at)
  })
  await directory.release(keys, { userId }, at)
  await directory.forget(keys)
}

const looksMax = 10
const lookMs = 100

/** The pair is in the directory already: of a member, or of somebody whom another request makes one at this moment, which is waited for. */
const whyTaken = async (
  house: Needs,
  cell: Cell,
  { id, workspaceId }: InviteRow,
  userId: string,
  at: Date,
): Promise<Refusal | undefined> => {
  for (let look = 0; look < looksMax; look++) {
    const [invite] = await cell.db.select().from(invites).where(eq(invites.id, id))
    if (invite?.status === 'accepted') return refuse('invite_accepted')
    if (await findMember(cell.db, workspaceId, userId)) return refuse('already_member')
    // The other request was turned away: this one takes its own turn.
    if (!(await house.directory.isTaken(memberEntry(workspaceId, userId)))) return undefined
    await new Promise((done) => setTimeout(done, lookMs))
  }
  await forgetStale(house, cell, workspaceId, userId, at)
  return refuse('store_unavailable', { retryAfter: 2 })
}

/** Lets go of a pair in force without its row, as a restored backup may leave one. With changes of members held off, and the pair read
 *  before the row: one in force was written, so a missing row is none that is still to come. */
const forgetStale = ({ directory }: Needs, cell: Cell, workspaceId: string, userId: string, at: Date) =>
  cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    const held = await directory.listHeld('membership', userId)
    if (await findMember(tx, workspaceId, userId)) return
    const stale = held.filter(({ subjectId }) => subjectId === workspaceId)
    await directory.release(stale, { userId }, at)
    await directory.forget(stale)
  })
