import type { GivenRole } from '#contract/members.ts'
import { may, type Permission, type Role } from '#contract/permissions.ts'

/** Which permission it takes to touch a member of this role, or to give it: the row of SPEC 4.4. Nobody touches the owner, who hands
 *  over instead. */
const takesToTouch: Record<Role, Permission | null> = {
  owner: null,
  admin: 'members.manageAdmins',
  editor: 'members.manage',
  viewer: 'members.manage',
}

/** Whether somebody may give `member` another role: they must be above the one the member has and above the one they would get
 *  (SPEC 4.3). Nobody changes their own. */
export const canChangeRole = (
  actor: { userId: string; role: Role },
  member: { userId: string; role: Role },
  to: GivenRole,
): boolean => actor.userId !== member.userId && canTouch(actor.role, member.role) && canTouch(actor.role, to)

/** Whether somebody may remove `member`, who is somebody else. */
export const canRemove = (actor: { role: Role }, member: { role: Role }): boolean =>
  canTouch(actor.role, member.role)

/** Whether a member may leave: everybody but the owner. */
export const canLeave = (role: Role): boolean => may(role, 'team.leave')

/** Whether somebody may invite as `role`, and cancel or resend such an invite. */
export const canInvite = (actor: Role, role: GivenRole): boolean =>
  may(actor, role === 'admin' ? 'invites.manageAdmins' : 'invites.manage')

/** The lowest role that may touch a member of `role`, for the hint of a refusal. */
export const roleAbove = (role: Role): Role => (role === 'editor' || role === 'viewer' ? 'admin' : 'owner')

const canTouch = (actor: Role, role: Role): boolean => {
  const permission = takesToTouch[role]
  return permission !== null && may(actor, permission)
}
