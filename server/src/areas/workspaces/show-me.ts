import type { getMe as endpoint } from '#contract/accounts.ts'
import type { Received } from '#contract/endpoint.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedReason } from '../../door/denied.ts'
import type { House } from '../../house.ts'
import { findPrimaryEmail } from '../accounts/emails/find-email.ts'
import { loadProfile } from '../accounts/profiles/profile.ts'
import { sessionOf } from '../accounts/session-of.ts'
import { findActiveMembership } from './find-membership.ts'
import { inTime } from './in-time.ts'
import { cardOf } from './workspace-card.ts'

/** Who is signed in, and in which workspace. One whose cell does not answer, or that the person has left since, gives way to their own:
 *  somebody can always see who they are and go elsewhere. */
export const showMe = async (
  house: Pick<House, 'cells' | 'keyRing' | 'log'>,
  actor: Actor,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const { session, userId } = sessionOf(actor)
  const { username, displayName } = await loadProfile(session.cell.db, userId)
  const active =
    session.active &&
    (await inTime(findActiveMembership(house, session.active, userId, at)).catch((fault) => {
      house.log.warn({ fault }, 'the active workspace cannot be reached')
    }))
  const membership = active || actor
  const denied = deniedReason(membership, session)
  return {
    user: {
      id: userId,
      username,
      displayName,
      email: await findPrimaryEmail(session.cell.db, house.keyRing, userId),
    },
    workspace: {
      ...cardOf(membership),
      licenseExpired: membership.workspace.licenseExpired,
      ...(denied ? { deniedReason: denied } : {}),
    },
    session: {
      createdAt: session.createdAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
      authenticatedAt: session.authenticatedAt.toISOString(),
    },
  }
}
