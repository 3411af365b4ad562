import { eq } from 'drizzle-orm'
import type { Preferences } from '#contract/profiles.ts'
import type { House } from '../../../house.ts'
import { findPrimaryEmail } from '../emails/find-email.ts'
import { users } from '../table.ts'
import { loadPreferences } from './preferences.ts'

/** Where to write to a person, in whichever cell they live, and what they want to be written. Undefined when they are gone. */
export const findPerson = async (
  { cells, directory, keyRing }: Pick<House, 'cells' | 'directory' | 'keyRing'>,
  userId: string,
): Promise<{ email: string; preferences: Preferences } | undefined> => {
  const cellId = await directory.findCellOf(userId)
  if (cellId === undefined) return undefined
  const { db } = cells.get(cellId)
  const known = await db.select({ id: users.id }).from(users).where(eq(users.id, userId))
  if (known.length === 0) return undefined
  return {
    email: await findPrimaryEmail(db, keyRing, userId),
    preferences: await loadPreferences(db, userId),
  }
}
