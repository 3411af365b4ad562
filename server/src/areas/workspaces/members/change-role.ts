import { and, eq } from 'drizzle-orm'
import type { GivenRole } from '#contract/members.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedToRole } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { memberships } from '../table.ts'
import { findMember, lockTeam } from './lock-team.ts'
import { recordMember } from './member-event.ts'
import { canChangeRole, roleAbove } from './rules.ts'

/** Gives a member another role. Their sessions and keys have it from the moment this returns: both look it up with every request.
 *  Refuses with member_not_found, or permission_denied by the rules of SPEC 4.3. */
export const changeRole = async (actor: Actor, userId: string, to: GivenRole, at: Date): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  await cell.db.transaction(async (tx) => {
    const { role } = await lockTeam(tx, actor)
    const member = await findMember(tx, workspaceId, userId)
    if (!member) throw refuse('member_not_found')
    if (!canChangeRole({ userId: actor.userId, role }, member, to))
      throw deniedToRole({ ...actor, role }, roleAbove(to === 'admin' ? to : member.role))
    if (member.role === to) return
    await tx
      .update(memberships)
      .set({ role: to })
      .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
    await recordMember(tx, doerOf(actor), 'role_changed', { userId, before: member.role, after: to }, at)
  })
}
