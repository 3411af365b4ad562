import { eq } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import type { DataKey } from '../../crypto/seal.ts'
import { makeId } from '../../crypto/token.ts'
import type { Settlement } from '../../directory/janitor.ts'
import type { House } from '../../house.ts'
import { eraseActivity } from '../activity/erase-activity.ts'
import { createDataKey } from './data-key.ts'
import { sealAddress } from './emails/find-email.ts'
import { dataKeys, emails, profiles, users } from './table.ts'

export type NewUser = {
  id: string
  username: string
  displayName: string
  company: string
  useCase: string
  email: string
  emailDigest: Buffer
  /** Null for somebody who signs in with a provider. */
  passwordHash: string | null
  signupBonusCents: number
}

/** Writes a person with their verified address into a cell. The caller holds the username and the address in the directory. */
export const createUser = async (tx: Tx, ring: KeyRing, user: NewUser, at: Date): Promise<DataKey> => {
  const { id, username, displayName, company, useCase, email, emailDigest, passwordHash, signupBonusCents } =
    user
  const dataKey = await createDataKey(tx, ring, id, at)
  await tx.insert(profiles).values({ id, username, displayName, company, useCase, createdAt: at })
  await tx.insert(users).values({ id, passwordHash, onboardedAt: at, signupBonusCents })
  const emailId = makeId(at)
  await tx.insert(emails).values({
    id: emailId,
    userId: id,
    addressSealed: sealAddress(dataKey, emailId, email),
    digest: emailDigest,
    verifiedAt: at,
    isPrimary: true,
    createdAt: at,
  })
  return dataKey
}

/** What the janitor needs to know about usernames, of people and of teams. */
export const usernameSettlement = ({ cells }: Pick<House, 'cells'>): Settlement => ({
  async isWritten({ cellId, subjectId }) {
    const rows = await cells
      .get(cellId)
      .db.select({ id: profiles.id })
      .from(profiles)
      .where(eq(profiles.id, subjectId))
    return rows.length > 0
  },
})

/** Takes a person out of a cell again, with all that hangs on them, the feed of their own workspace included. */
export const eraseUser = async (db: Db, userId: string): Promise<void> => {
  await db.transaction(async (tx) => {
    await tx.delete(profiles).where(eq(profiles.id, userId))
    await tx.delete(dataKeys).where(eq(dataKeys.accountId, userId))
    await eraseActivity(tx, userId)
  })
}
