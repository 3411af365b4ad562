import type { Role } from '#contract/permissions.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedToRole } from '../../../door/helpful.ts'
import { type Refusal, refuse } from '../../../door/refusal.ts'

/** Why somebody may not touch a member, in words that name who could: for oneself and for the owner that is nobody. */
export const notForThem = (
  actor: Pick<Actor, 'credential' | 'role' | 'workspace' | 'userId'>,
  member: { userId: string; role: Role },
  needed: Role,
): Refusal => {
  if (member.userId === actor.userId)
    return refuse('permission_denied', { hint: 'Nobody changes their own role.' })
  if (member.role === 'owner')
    return refuse('permission_denied', {
      hint: 'The owner stays the owner until they hand the workspace over themselves.',
    })
  return deniedToRole(actor, needed)
}
