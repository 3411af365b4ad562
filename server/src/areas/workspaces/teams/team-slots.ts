import { and, eq } from 'drizzle-orm'
import { ownedTeamsMax } from '#contract/teams.ts'
import { sha256 } from '../../../crypto/digest.ts'
import type { Directory, EntryKey, Held, Place } from '../../../directory/directory.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import type { EntryKind } from '../../../directory/table.ts'
import { claimed } from '../../../directory/two-store.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { memberships } from '../table.ts'

/* A person owns at most five teams, in whichever regions (SPEC 4.2). Each owned team holds one of five numbered slots of its owner in
   the directory, where an entry is unique: so the limit holds for two requests at once and across cells, without a lock on anybody. */

const slotOf = (userId: string, number: number): EntryKey => ({
  kind: 'team_slot',
  digest: sha256(`team slot ${userId} ${number}`),
  memberId: userId,
})

/** Writes something that makes `userId` the owner of one more team, with the other `keys` of the claim. Refuses with
 *  team_limit_reached. Otherwise as `claimed`. */
export const takingSlot = async <T>(
  house: Pick<House, 'directory' | 'cells'>,
  userId: string,
  keys: readonly EntryKey[],
  place: Place,
  at: Date,
  work: { write: () => Promise<T>; undo: () => Promise<unknown> },
  hint?: string,
): Promise<{ taken: EntryKind } | { taken?: undefined; written: T }> => {
  const { directory } = house
  for (const slot of await freeSlots(house, userId, at)) {
    const claim = await claimed(directory, [...keys, slot], place, at, work)
    if (claim.taken !== 'team_slot') return claim
  }
  throw refuse('team_limit_reached', hint ? { hint } : {})
}

/** Slots nobody holds. When all seem held, those of teams that have another owner by now are freed first: a crash may leave one. */
const freeSlots = async (
  house: Pick<House, 'directory' | 'cells'>,
  userId: string,
  at: Date,
): Promise<EntryKey[]> => {
  const { directory } = house
  const all = Array.from({ length: ownedTeamsMax }, (_, number) => slotOf(userId, number + 1))
  const free = await directory.listFree(all)
  if (free.length > 0) return free
  for (const held of await directory.listHeld('team_slot', userId))
    if (!(await isOwner(house, held, userId))) await giveSlotsBack(directory, [held], userId, at)
  return directory.listFree(all)
}

/** The slots that a team holds among those of a person: one, while they own it. */
export const slotsOfTeam = async (
  directory: Directory,
  userId: string,
  workspaceId: string,
): Promise<Held[]> => {
  const held = await directory.listHeld('team_slot', userId)
  return held.filter(({ subjectId }) => subjectId === workspaceId)
}

/** Frees slots. The ones that were held before a change: a slot taken since for the same team is another one. Safe to repeat. */
export const giveSlotsBack = async (
  directory: Directory,
  slots: readonly Held[],
  userId: string,
  at: Date,
): Promise<void> => {
  await directory.release(slots, { userId }, at)
  await directory.forget(slots)
}

const isOwner = async (
  { cells }: Pick<House, 'cells'>,
  { cellId, subjectId }: Place,
  userId: string,
): Promise<boolean> => {
  const rows = await cells
    .get(cellId)
    .db.select({ userId: memberships.userId })
    .from(memberships)
    .where(
      and(
        eq(memberships.workspaceId, subjectId),
        eq(memberships.userId, userId),
        eq(memberships.role, 'owner'),
      ),
    )
  return rows.length > 0
}

/** What the janitor needs to know about slots. A slot is in force when its person owns the team. */
export const slotSettlement = (house: Pick<House, 'cells'>): Settlement => ({
  isWritten: (place, { memberId }) => isOwner(house, place, memberId ?? ''),
})
