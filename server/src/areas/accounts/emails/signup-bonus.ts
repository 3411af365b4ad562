import type { Directory } from '../../../directory/directory.ts'

/** Sign-up credit of a verified address, in cents (SPEC 1.5). */
const anyBonusCents = 500
export const companyBonusCents = 2500

/** What an account is due in all, whichever of its addresses comes first. */
export const fullBonusCents = (hasCompanyAddress: boolean): number =>
  hasCompanyAddress ? companyBonusCents : anyBonusCents

const earnedToken = (digest: Buffer): string => `company-bonus:${digest.toString('base64url')}`
const forEver = new Date('9999-01-01T00:00:00Z')

/** Whether a company address has earned its share before, for whichever account: removed here and added there it earns nothing more. */
export const hasEarned = (directory: Directory, digest: Buffer): Promise<boolean> =>
  directory.isTokenSpent(earnedToken(digest))

/** Remembers that it has, once that has committed. */
export const noteEarned = async (directory: Directory, digest: Buffer): Promise<void> => {
  await directory.spendToken(earnedToken(digest), forEver)
}
