import type { Membership, SessionCredential } from '../../../door/actor.ts'
import { deniedReason } from '../../../door/denied.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { setActive } from '../../accounts/sessions/session.ts'
import { findMembershipByUsername } from '../find-membership.ts'

/** Makes a workspace the active one of a session. Refuses with workspace_not_found, alike for one that does not exist and one the person
 *  is no member of, or with why it is closed to them. */
export const switchWorkspace = async (
  house: Pick<House, 'directory' | 'cells'>,
  userId: string,
  session: SessionCredential,
  username: string,
  at: Date,
): Promise<Membership> => {
  const membership = await findMembershipByUsername(house, username, userId, at)
  if (!membership) throw refuse('workspace_not_found')
  const denied = deniedReason(membership, session)
  if (denied) throw refuse(denied)
  const { id, cell } = membership.workspace
  await setActive(session, id === userId ? null : { cellId: cell.id, workspaceId: id })
  return membership
}
