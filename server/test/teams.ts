import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Plan } from '#contract/common.ts'
import type { Role } from '#contract/permissions.ts'
import { loadDataKey } from '../src/areas/accounts/data-key.ts'
import { loadGuest, welcomeGuest } from '../src/areas/accounts/profiles/guest.ts'
import { memberEntry } from '../src/areas/workspaces/members/member-entry.ts'
import { sealShared } from '../src/areas/workspaces/members/shared-email.ts'
import { memberships, workspaces } from '../src/areas/workspaces/table.ts'
import { createTeam } from '../src/areas/workspaces/teams/create-team.ts'
import type { Person } from './people.ts'
import type { TestHouse } from './test-house.ts'

export type Team = { id: string; username: string }

type Options = { secondFactorRequired?: boolean; plan?: Plan; seats?: number }

/** A team of the one who is named as its owner, on Enterprise unless told otherwise, with its other members as accepted invites leave
 *  them. It lives in the cell of its owner, its members in whichever cells they have. */
export const aTeam = async (
  house: TestHouse,
  members: readonly [Pick<Person, 'userId'>, Role][],
  { secondFactorRequired = false, plan = 'enterprise', seats = 50 }: Options = {},
): Promise<Team> => {
  const at = house.clock.now()
  const owner = members.find(([, role]) => role === 'owner')?.[0]
  if (!owner) throw new Error('A team has an owner')
  const cell = await homeOf(house, owner.userId)
  const username = `team-${randomBytes(5).toString('hex')}`
  const creator = { userId: owner.userId, cell }
  const { userId: id } = await createTeam(house, creator, { username, fullName: 'The team' }, at)
  await cell.db
    .update(workspaces)
    .set({ secondFactorRequired, plan, seatsMax: seats })
    .where(eq(workspaces.id, id))
  for (const [{ userId }, role] of members)
    if (role !== 'owner') await addMember(house, { id, cellId: cell.id }, userId, role)
  return { id, username }
}

/** Somebody more in a team, as an accepted invite leaves them. */
export const addMember = async (
  house: TestHouse,
  { id: workspaceId, cellId }: { id: string; cellId: string },
  userId: string,
  role: Role,
): Promise<void> => {
  const at = house.clock.now()
  const cell = house.cells.get(cellId)
  const guest = await loadGuest(await homeOf(house, userId), userId)
  const pair = memberEntry(workspaceId, userId)
  const claim = await house.directory.reserve([pair], { cellId, subjectId: workspaceId }, at)
  if ('taken' in claim) throw new Error('A member already')
  await cell.db.transaction(async (tx) => {
    await welcomeGuest(tx, house, guest, at)
    const dataKey = await loadDataKey(tx, house.keyRing, userId)
    const emailSealed = sealShared(dataKey, { workspaceId, userId }, `${guest.username}@example.com`)
    await tx.insert(memberships).values({ workspaceId, userId, role, joinedAt: at, emailSealed })
  })
  await house.directory.confirm(claim)
}

const homeOf = async ({ directory, cells }: TestHouse, userId: string) =>
  cells.get((await directory.findCellOf(userId)) ?? '')
