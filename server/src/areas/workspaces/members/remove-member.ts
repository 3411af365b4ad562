import { released } from '../../../directory/two-store.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedReason } from '../../../door/denied.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { doerOf } from '../../activity/doer.ts'
import { type DropKeys, dropMember } from './drop-member.ts'
import { findMember, lockTeam } from './lock-team.ts'
import { memberEntry } from './member-entry.ts'
import { notForThem } from './not-for-them.ts'
import { canLeave, canRemove, roleAbove } from './rules.ts'

/** Removes a member, or lets the actor leave. Access and the keys they made here end before this returns. Refuses with member_not_found,
 *  permission_denied, or transfer_before_leaving for an owner who wants to leave. */
export const removeMember = async (
  { directory }: Pick<House, 'directory'>,
  actor: Actor,
  userId: string,
  dropKeys: DropKeys,
  at: Date,
): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  // The door lets members in to leave also where they cannot act.
  const denied = userId === actor.userId ? undefined : deniedReason(actor, actor.credential)
  if (denied) throw refuse(denied)
  if (userId === workspaceId)
    throw refuse('invalid_request', { message: 'Nobody leaves their own workspace' })
  const doer = doerOf(actor)
  await released(directory, cell, { userId: actor.userId }, at, async (tx) => {
    const { role } = await lockTeam(tx, actor)
    const member = await findMember(tx, workspaceId, userId)
    if (!member) throw refuse('member_not_found')
    if (userId === actor.userId) {
      if (!canLeave(role)) throw refuse('transfer_before_leaving')
    } else if (!canRemove({ role }, member))
      throw notForThem({ ...actor, role }, member, roleAbove(member.role))
    const keys = await dropMember(tx, doer, { workspaceId, userId }, dropKeys, at)
    return { entries: [memberEntry(workspaceId, userId), ...keys], result: undefined }
  })
}
