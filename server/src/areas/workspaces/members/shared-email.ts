import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../../cells/database.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { type DataKey, openField, sealField } from '../../../crypto/seal.ts'
import { findDataKeys } from '../../accounts/data-key.ts'
import { findPrimaryEmail } from '../../accounts/emails/find-email.ts'
import { loadDisplayNames } from '../../accounts/profiles/profile.ts'
import { type MembershipRow, memberships } from '../table.ts'

type Pair = { workspaceId: string; userId: string }

const addressIdentity = ({ workspaceId, userId }: Pair): string =>
  `memberships.email:${workspaceId}:${userId}`

/** The address a member shares with a workspace: the one they were invited at, under their own data key in its cell. */
export const sealShared = (key: DataKey, pair: Pair, address: string): Buffer =>
  sealField(key, addressIdentity(pair), address)

/** That address of each member, by the person's id; of who made the workspace, and so lives in its cell, the primary one. */
export const openAllShared = async (
  db: Db,
  ring: KeyRing,
  members: readonly MembershipRow[],
): Promise<Map<string, string>> => {
  const keys = await findDataKeys(
    db,
    ring,
    members.map(({ userId }) => userId),
  )
  const addresses = new Map<string, string>()
  for (const member of members) {
    const key = keys.get(member.userId)
    if (member.emailSealed === null)
      addresses.set(member.userId, await findPrimaryEmail(db, ring, member.userId))
    else if (key) addresses.set(member.userId, openField(key, addressIdentity(member), member.emailSealed))
  }
  return addresses
}

/** Who the doer of an event is when the operator of the installation did it. */
export const operatorId = 'operator'

/** Name of each person, and the address they share with this workspace while they are a member, for its feed. */
export const findPeople = async (
  db: Db,
  ring: KeyRing,
  workspaceId: string,
  userIds: readonly string[],
): Promise<Map<string, { name: string; email: string }>> => {
  const names = await loadDisplayNames(db, userIds)
  const people = new Map([...names].map(([id, name]) => [id, { name, email: '' }]))
  if (userIds.includes(operatorId)) people.set(operatorId, { name: 'The operator', email: '' })
  if (userIds.length === 0) return people
  const members = await db
    .select()
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), inArray(memberships.userId, [...userIds])))
  for (const [id, email] of await openAllShared(db, ring, members)) {
    const person = people.get(id)
    if (person) person.email = email
  }
  return people
}
