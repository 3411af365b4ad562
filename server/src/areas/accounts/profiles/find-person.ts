import { eq } from 'drizzle-orm'
import type { Preferences } from '#contract/profiles.ts'
import type { Db } from '../../../cells/database.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { findPrimaryEmail } from '../emails/find-email.ts'
import { users } from '../table.ts'
import { loadPreferences } from './preferences.ts'

/** Where to write to a person of this cell, and what they want to be written. Undefined when they are gone, or live elsewhere. */
export const findPerson = async (
  db: Db,
  keyRing: KeyRing,
  userId: string,
): Promise<{ email: string; preferences: Preferences } | undefined> => {
  const known = await db.select({ id: users.id }).from(users).where(eq(users.id, userId))
  if (known.length === 0) return undefined
  return {
    email: await findPrimaryEmail(db, keyRing, userId),
    preferences: await loadPreferences(db, userId),
  }
}
