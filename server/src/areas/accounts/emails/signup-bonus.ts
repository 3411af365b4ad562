import { eq } from 'drizzle-orm'
import type { Db } from '../../../cells/database.ts'
import type { Directory } from '../../../directory/directory.ts'
import { users } from '../table.ts'

/** Sign-up credit of a verified address, in cents (SPEC 1.5). */
const anyBonusCents = 500
export const companyBonusCents = 2500

/** What an account is due in all, whichever of its addresses comes first. */
export const fullBonusCents = (hasCompanyAddress: boolean): number =>
  hasCompanyAddress ? companyBonusCents : anyBonusCents

const forEver = new Date('9999-01-01T00:00:00Z')

/** Takes the credit that a company address earns: true once for each address, whichever account it is proved in, also when it is removed
 *  here and added there. The same account may ask again after a crash. */
export const earnOnce = (directory: Directory, digest: Buffer, userId: string): Promise<boolean> =>
  directory.spendToken(`company-bonus:${digest.toString('base64url')}`, forEver, userId)

/** The sign-up credit of an account so far, in cents; 0 where there is no such person, as for a team. */
export const findSignupBonus = async (db: Db, userId: string): Promise<number> => {
  const [user] = await db.select({ cents: users.signupBonusCents }).from(users).where(eq(users.id, userId))
  return user?.cents ?? 0
}
