import { eq } from 'drizzle-orm'
import type { Db, Tx } from '../../../cells/database.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { createDataKey } from '../data-key.ts'
import { dataKeys, profiles } from '../table.ts'

export type TeamProfile = {
  id: string
  username: string
  displayName: string
  iconColor: string
  iconLetter: string
}

/** Gives a team a profile and a data key of its own. The caller holds the username in the directory. */
export const createTeamProfile = async (
  tx: Tx,
  ring: KeyRing,
  profile: TeamProfile,
  at: Date,
): Promise<void> => {
  await tx.insert(profiles).values({ ...profile, createdAt: at })
  await createDataKey(tx, ring, profile.id, at)
}

/** The name of a team; undefined when it is gone. */
export const findTeamName = async (db: Db, teamId: string): Promise<string | undefined> => {
  const [row] = await db
    .select({ displayName: profiles.displayName })
    .from(profiles)
    .where(eq(profiles.id, teamId))
  return row?.displayName
}

/** Destroys the key that the private fields and files of a team are sealed under, backups of them included. */
export const forgetTeamKey = async (db: Db | Tx, teamId: string): Promise<void> => {
  await db.delete(dataKeys).where(eq(dataKeys.accountId, teamId))
}

/** Takes a team's profile away, all rows that hang on it, and its key. */
export const eraseTeamProfile = async (tx: Tx, teamId: string): Promise<void> => {
  await tx.delete(profiles).where(eq(profiles.id, teamId))
  await forgetTeamKey(tx, teamId)
}
