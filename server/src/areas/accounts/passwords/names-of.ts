import type { Db } from '../../../cells/database.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { findPrimaryEmail } from '../emails/find-email.ts'
import { loadProfile } from '../profiles/profile.ts'

/** What others know a person by, and what therefore is no password of theirs: address and username. */
export const namesOf = async (db: Db, keyRing: KeyRing, userId: string): Promise<string[]> => {
  const { username } = await loadProfile(db, userId)
  return [await findPrimaryEmail(db, keyRing, userId), username]
}
