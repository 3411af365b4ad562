import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'

/** Members of somebody's own workspace may run it with them, not change who that person is (SPEC 15.3: self, or A+ of a team). */
export const requireOwnProfile = ({ workspace, userId }: Pick<Actor, 'workspace' | 'userId'>): void => {
  if (workspace.accountType === 'personal' && workspace.id !== userId)
    throw refuse('permission_denied', {
      hint: `This profile is ${workspace.username}\u2019s own. Nobody else changes it.`,
    })
}
