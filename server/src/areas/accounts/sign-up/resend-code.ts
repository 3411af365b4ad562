import { and, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm'
import { secondsAfter } from '../../../clock.ts'
import { makeCode } from '../../../crypto/token.ts'
import { signUps } from '../../../directory/table.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { codeDigest, codeResendSeconds, sentRecently } from '../code.ts'
import { codesMax, type SignUp } from './sign-up-token.ts'
import { mailCode } from './start-sign-up.ts'

/** Mails a fresh code; the earlier one stops working. Refuses with code_sent_recently within a minute of the last, and with
 *  sign_up_not_started when the sign-up is over or has used up its codes. */
export const resendCode = async (
  house: Pick<House, 'directory' | 'keyRing' | 'mail' | 'rate' | 'siteUrl'>,
  signUp: SignUp,
  ip: string,
  at: Date,
): Promise<SignUp> => {
  const { db } = house.directory.database
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
  if (!row) throw await whyNot(house, signUp, at)
  const code = makeCode()
  await mailCode(house, signUp.email, code, ip, at)
  return {
    ...signUp,
    codeDigest: codeDigest(house.keyRing, signUp.id, code),
    codeNumber: row.codeNumber,
    codeSentAt: at.toISOString(),
  }
}

const whyNot = async ({ directory }: Pick<House, 'directory'>, signUp: SignUp, at: Date) => {
  const [row] = await directory.database.db.select().from(signUps).where(eq(signUps.id, signUp.id))
  if (!row || row.verifiedAt || row.expiresAt <= at || row.codeNumber >= codesMax)
    return refuse('sign_up_not_started')
  return sentRecently(row.codeSentAt, at)
}
