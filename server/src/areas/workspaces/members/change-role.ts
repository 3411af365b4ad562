import { and, eq } from 'drizzle-orm'
import type { GivenRole } from '#contract/members.ts'
import { may } from '#contract/permissions.ts'
import { released } from '../../../directory/two-store.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { doerOf } from '../../activity/doer.ts'
import { endInvitesOf } from '../invites/end-invite.ts'
import { memberships } from '../table.ts'
import { findMember, lockTeam } from './lock-team.ts'
import { recordMember } from './member-event.ts'
import { notForThem } from './not-for-them.ts'
import { canChangeRole, roleAbove } from './rules.ts'

const nothing = { entries: [], result: undefined }

/** Gives a member another role. Their sessions and keys have it from the moment this returns: both look it up with every request.
 *  Whoever may not invite any more has their pending invites cancelled. Refuses with member_not_found, or permission_denied by the rules of SPEC 4.3. */
export const changeRole = async (
  { directory }: Pick<House, 'directory'>,
  actor: Actor,
  userId: string,
  to: GivenRole,
  at: Date,
): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  await released(directory, cell, { userId: actor.userId }, at, async (tx) => {
    const { role } = await lockTeam(tx, actor)
    const member = await findMember(tx, workspaceId, userId)
    if (!member) throw refuse('member_not_found')
    if (!canChangeRole({ userId: actor.userId, role }, member, to))
      throw notForThem({ ...actor, role }, member, roleAbove(to === 'admin' ? to : member.role))
    if (member.role === to) return nothing
    await tx
      .update(memberships)
      .set({ role: to })
      .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
    const doer = doerOf(actor)
    await recordMember(tx, doer, 'role_changed', { userId, before: member.role, after: to }, at)
    // Who may invite nobody any more has no invites under way either.
    const ended = may(to, 'invites.manage') ? [] : await endInvitesOf(tx, doer, { workspaceId, userId }, at)
    return { entries: ended, result: undefined }
  })
}
