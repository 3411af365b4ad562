import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { secondsAfter } from '../../../clock.ts'
import { signUps } from '../../../directory/table.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { codeAttemptsMax, codeSeconds, isCodeRight } from '../code.ts'
import type { SignUp } from './sign-up-token.ts'

/** Proves the address of a sign-up. Each try is counted before it is judged, so that tries made at once do not share a count.
 *  Refuses with invalid_code when the code is wrong, old, replaced, tried too often or already used. */
export const verifySignUp = async (
  { directory, keyRing }: Pick<House, 'directory' | 'keyRing'>,
  signUp: SignUp,
  code: string,
  at: Date,
): Promise<SignUp> => {
  const { db } = directory.database
  const [tried] = await db
    .update(signUps)
    .set({ attempts: sql`${signUps.attempts} + 1` })
    .where(
      and(
        eq(signUps.id, signUp.id),
        eq(signUps.codeNumber, signUp.codeNumber),
        lt(signUps.attempts, codeAttemptsMax),
        gt(signUps.codeSentAt, secondsAfter(at, -codeSeconds)),
        isNull(signUps.verifiedAt),
      ),
    )
    .returning({ id: signUps.id })
  const matches = isCodeRight(keyRing, signUp.id, code, signUp.codeDigest)
  if (!tried || !matches) throw refuse('invalid_code')
  const [verified] = await db
    .update(signUps)
    .set({ verifiedAt: at })
    .where(and(eq(signUps.id, signUp.id), isNull(signUps.verifiedAt)))
    .returning({ id: signUps.id })
  if (!verified) throw refuse('invalid_code')
  return { ...signUp, codeDigest: '', verified: true }
}
