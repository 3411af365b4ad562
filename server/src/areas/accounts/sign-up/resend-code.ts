import { and, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm'
import { secondsAfter } from '../../../clock.ts'
import { makeCode } from '../../../crypto/token.ts'
import { signUps } from '../../../directory/table.ts'
import { type Refusal, refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { codeDigest, codeResendSeconds, resendAt, sentRecently } from '../code.ts'
import { takeStrangersMail } from '../emails/mail-limit.ts'
import { codesMax, type SignUp } from './sign-up-token.ts'
import { mailCode } from './start-sign-up.ts'

/** Mails a fresh code; the earlier one stops working. Refuses with code_sent_recently within a minute of the last, and with
 *  sign_up_not_started when the sign-up is over or has used up its codes; with too_many_mails or mail_unavailable, and then the earlier
 *  code stays good. */
export const resendCode = async (
  house: Pick<House, 'directory' | 'keyRing' | 'mail' | 'rate' | 'siteUrl'>,
  signUp: SignUp,
  ip: string,
  at: Date,
): Promise<SignUp> => {
  const { db } = house.directory.database
  const [before] = await db.select().from(signUps).where(eq(signUps.id, signUp.id))
  if (!before || whyNot(before, at)) throw whyNot(before, at)
  await takeStrangersMail(house, house.directory.guessable('email', signUp.email).digest, ip, at)
  const [row] = await db
    .update(signUps)
    .set({ codeNumber: sql`${signUps.codeNumber} + 1`, attempts: 0, codeSentAt: at })
    .where(
      and(
        eq(signUps.id, signUp.id),
        isNull(signUps.verifiedAt),
        gt(signUps.expiresAt, at),
        lt(signUps.codeNumber, codesMax),
        lte(signUps.codeSentAt, secondsAfter(at, -codeResendSeconds)),
      ),
    )
    .returning({ codeNumber: signUps.codeNumber })
  // Somebody asked at the same moment, and was first.
  if (!row) throw sentRecently(at, at)
  const code = makeCode()
  try {
    await mailCode(house, signUp.email, code)
  } catch (error) {
    // The code that was mailed before stays the one that counts.
    const { codeNumber, attempts, codeSentAt } = before
    await db
      .update(signUps)
      .set({ codeNumber, attempts, codeSentAt })
      .where(and(eq(signUps.id, signUp.id), eq(signUps.codeNumber, row.codeNumber)))
    throw error
  }
  return {
    ...signUp,
    codeDigest: codeDigest(house.keyRing, signUp.id, code),
    codeNumber: row.codeNumber,
    codeSentAt: at.toISOString(),
  }
}

/** Why no code can be sent for this sign-up now; undefined when one can. */
const whyNot = (row: typeof signUps.$inferSelect | undefined, at: Date): Refusal | undefined => {
  if (!row || row.verifiedAt || row.expiresAt <= at || row.codeNumber >= codesMax)
    return refuse('sign_up_not_started')
  return resendAt(row.codeSentAt) > at ? sentRecently(row.codeSentAt, at) : undefined
}
