import { eq } from 'drizzle-orm'
import type { Parsed } from '#contract/endpoint.ts'
import type { reauthenticate as endpoint } from '#contract/factors.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { verifyPassword } from '../passwords/password.ts'
import { rotateSession } from '../sessions/session.ts'
import { takeTry } from '../sign-in/lock-out.ts'
import { passwordProof } from '../sign-in/pending-sign-in.ts'
import { users } from '../table.ts'
import { provePasskey, requireKept } from './prove-passkey.ts'
import { countFactors, needsSecondFactor } from './second-factor.ts'
import { takeTotp } from './totp.ts'

/** Takes a fresh proof of who somebody is, and returns the session's new cookie. A passkey is enough; a password is only while no second
 *  factor is set up, else it needs a code of the app. Refuses with wrong_password, invalid_code, passkey_rejected, or
 *  second_factor_locked after too many tries with a password. */
export const reauthenticate = async (
  house: Pick<House, 'directory' | 'cells' | 'keyRing' | 'rate' | 'siteUrl'>,
  session: SessionCredential,
  userId: string,
  given: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<string> => {
  const subject = `reauthenticate:${userId}`
  // A passkey cannot be guessed, and stays open to the owner while somebody else guesses.
  if ('password' in given) await takeTry(house, subject, 'second_factor_locked', at)
  const cookie =
    'credential' in given
      ? await byPasskey(house, session, userId, given.credential, at)
      : await byPassword(house, session, userId, given, at)
  await house.rate.forget(subject)
  return cookie
}

const byPasskey = async (
  house: Pick<House, 'directory' | 'cells' | 'keyRing' | 'siteUrl'>,
  session: SessionCredential,
  userId: string,
  credential: Parameters<typeof provePasskey>[1],
  at: Date,
): Promise<string> => {
  const used = await provePasskey(house, credential, at)
  if (used.userId !== userId) throw refuse('passkey_rejected')
  return session.cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    await requireKept(tx, used.passkeyId)
    return rotateSession(tx, session, at, { secondFactor: used.passkeyId })
  })
}

const byPassword = async (
  house: Pick<House, 'keyRing'>,
  session: SessionCredential,
  userId: string,
  { password, code }: { password: string; code?: string | undefined },
  at: Date,
): Promise<string> => {
  const { db } = session.cell
  const [user] = await db.select().from(users).where(eq(users.id, userId))
  if (!user?.passwordHash || !(await verifyPassword(user.passwordHash, password)))
    throw refuse('wrong_password')
  const proof = passwordProof(user.passwordHash)
  return db.transaction(async (tx) => {
    const { passwordHash } = await lockUser(tx, userId)
    if (!passwordHash || passwordProof(passwordHash) !== proof) throw refuse('wrong_password')
    if (!needsSecondFactor(await countFactors(tx, userId)))
      return rotateSession(tx, session, at, { secondFactor: null })
    if (code === undefined) throw refuse('invalid_code')
    await takeTotp(tx, house, userId, code, at)
    return rotateSession(tx, session, at, { secondFactor: 'totp' })
  })
}
