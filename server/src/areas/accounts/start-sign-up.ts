import { randomUUID } from 'node:crypto'
import { secondsAfter } from '../../clock.ts'
import { makeCode } from '../../crypto/token.ts'
import { signUps } from '../../directory/table.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { codeMail, knownAddressMail } from './mails.ts'
import { hashPassword } from './password.ts'
import { codeDigest, type SignUp, signUpSeconds } from './sign-up-token.ts'

type Needs = Pick<House, 'directory' | 'keyRing' | 'mail' | 'siteUrl'>

/** Begins a sign-up: mails a code and returns what goes into the sealed cookie. A known address gets a notice instead of a code, and
 *  a cookie that looks the same. Refuses with mail_unavailable when the mail cannot be handed over. */
export const startSignUp = async (
  house: Needs,
  { email, password }: { email: string; password: string },
  at: Date,
): Promise<SignUp> => {
  const passwordHash = await hashPassword(password)
  const id = randomUUID()
  const code = makeCode()
  const expiresAt = secondsAfter(at, signUpSeconds)
  await house.directory.database.db.insert(signUps).values({ id, codeSentAt: at, expiresAt })
  await mailCode(house, email, code)
  return {
    id,
    email,
    passwordHash,
    codeDigest: codeDigest(house.keyRing, id, code),
    codeNumber: 1,
    codeSentAt: at.toISOString(),
    verified: false,
    expiresAt: expiresAt.toISOString(),
  }
}

/** The mail of a sign-up goes straight out: an outbox row would store the address before a region is chosen (SPEC 18). */
export const mailCode = async (
  { directory, mail, siteUrl }: Pick<House, 'directory' | 'mail' | 'siteUrl'>,
  email: string,
  code: string,
): Promise<void> => {
  const known = await directory.isTaken(directory.guessable('email', email))
  try {
    await mail.send(known ? knownAddressMail(email, siteUrl()) : codeMail(email, code, siteUrl()))
  } catch (cause) {
    throw refuse('mail_unavailable', { retryAfter: 30, cause })
  }
}
