import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../../cells/database.ts'
import { passkeys, recoveryCodes, totps } from '../table.ts'

export type Factors = { passkeys: number; totp: boolean; recoveryCodes: number }

/** What a person has set up besides a password. An authenticator app counts from its first code on. */
export const countFactors = async (db: Db | Tx, userId: string): Promise<Factors> => {
  const count = sql<number>`count(*)::int`
  const [keys] = await db.select({ count }).from(passkeys).where(eq(passkeys.userId, userId))
  const [apps] = await db
    .select({ count })
    .from(totps)
    .where(and(eq(totps.userId, userId), isNotNull(totps.confirmedAt)))
  const [codes] = await db.select({ count }).from(recoveryCodes).where(eq(recoveryCodes.userId, userId))
  return { passkeys: keys?.count ?? 0, totp: apps?.count === 1, recoveryCodes: codes?.count ?? 0 }
}

/** Whether a password or a provider alone no longer signs this person in. */
export const needsSecondFactor = (factors: Factors): boolean => factors.passkeys > 0 || factors.totp
