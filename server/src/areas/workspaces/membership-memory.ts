import type { Cell } from '../../cells/cells.ts'
import { sha256 } from '../../crypto/digest.ts'
import type { Identity, Membership, SessionCredential } from '../../door/actor.ts'
import type { Gate } from '../../gate/gate.ts'
import type { Loaded } from '../../gate/memory.ts'
import type { House } from '../../house.ts'
import { findSession, isSessionCookie } from '../accounts/sessions/session.ts'
import { findActiveMembership, findMembershipByUsername, findMembership as load } from './find-membership.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'config'>
type FoundSession = Membership & { userId: string; credential: SessionCredential }

/** Looks up sessions and memberships, remembering what was found for as long as the node may (decision 0041). A person without a role in
 *  the workspace is nobody there (SPEC 4.4). */
export const findByMemory = (
  house: Needs,
  gate: Gate,
): Pick<Identity, 'findSession' | 'findMembership' | 'findActive'> => {
  const sessions = gate.makeMemory<FoundSession>()
  // Who is no member yet may become one at any moment, and nothing tells of rows that are new.
  const memberships = gate.makeMemory<Membership>({ unknownMs: 0 })
  return {
    findSession: (cookie, at) =>
      isSessionCookie(house.cells, cookie)
        ? sessions.find(sha256(cookie).toString('base64'), at, () => loadSession(house, cookie, at))
        : undefined,

    findMembership: (username, userId, at) =>
      memberships.find(`${userId} by name ${username}`, at, async () => {
        const membership = await findMembershipByUsername(house, username, userId, at)
        // A workspace that was just renamed is found by the name before for a moment, until the directory follows: good for now, and
        // not to be remembered.
        const isCurrent = membership?.workspace.username === username
        return membership && loadedOf(membership, userId, isCurrent ? membership.workspace.licenseUntil : at)
      }),

    findActive: (active, userId, at) =>
      memberships.find(`${userId} in ${active.cellId} ${active.workspaceId}`, at, async () => {
        const membership = await findActiveMembership(house, active, userId, at)
        return membership && loadedOf(membership, userId, membership.workspace.licenseUntil)
      }),
  }
}

const loadSession = async (
  house: Needs,
  cookie: string,
  at: Date,
): Promise<Loaded<FoundSession> | undefined> => {
  const session = await findSession(house, cookie, at)
  if (!session) return undefined
  const { userId, credential, freshUntil } = session
  const membership = await load(credential.cell, userId, userId, at)
  if (!membership) return undefined
  const { licenseUntil } = membership.workspace
  const reloadAt = licenseUntil && licenseUntil < freshUntil ? licenseUntil : freshUntil
  const { subjects, ...loaded } = loadedOf(membership, userId, reloadAt)
  return {
    ...loaded,
    value: { ...membership, userId, credential },
    subjects: [`session ${credential.sessionId}`, ...subjects],
  }
}

/** The role and the workspace are what it depends on, both in the workspace's cell. */
const loadedOf = (
  membership: Membership,
  userId: string,
  reloadAt: Date | null,
): Loaded<Membership> & { subjects: string[] } => {
  const { id, cell }: { id: string; cell: Cell } = membership.workspace
  return {
    value: membership,
    cellId: cell.id,
    subjects: [`member ${id} ${userId}`, `workspace ${id}`],
    reloadAt,
  }
}
