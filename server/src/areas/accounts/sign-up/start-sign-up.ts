import { randomUUID } from 'node:crypto'
import { secondsAfter } from '../../../clock.ts'
import { makeCode } from '../../../crypto/token.ts'
import { signUps } from '../../../directory/table.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { codeDigest } from '../code.ts'
import { takeStrangersMail } from '../emails/mail-limit.ts'
import { codeMail, knownAddressMail } from '../mails/account-mails.ts'
import { hashPassword, requireUncommon } from '../passwords/password.ts'
import { type SignUp, signUpSeconds } from './sign-up-token.ts'

type Needs = Pick<House, 'directory' | 'keyRing' | 'mail' | 'rate' | 'siteUrl'>

/** Begins a sign-up: mails a code and returns what goes into the sealed cookie. A known address gets a notice instead of a code, and
 *  a cookie that looks the same. Refuses with password_too_common, too_many_mails, or mail_unavailable when the mail
 *  cannot be handed over. */
export const startSignUp = async (
  house: Needs,
  { email, password }: { email: string; password: string },
  ip: string,
  at: Date,
): Promise<SignUp> => {
  requireUncommon(password, [email])
  const passwordHash = await hashPassword(password)
  return begin(house, { email, passwordHash }, ip, at)
}

/** Begins the sign-up of somebody who comes from a provider. An address that the provider has checked needs no code; one that it has not
 *  is proved like any other, and may prove to be known. */
export const startSignUpFromProvider = async (
  house: Needs,
  identity: NonNullable<SignUp['identity']> & { email: string },
  { emailVerified, ip }: { emailVerified: boolean; ip: string },
  at: Date,
): Promise<SignUp> => {
  const about = { email: identity.email, passwordHash: null, identity }
  if (!emailVerified) return begin(house, about, ip, at)
  const id = randomUUID()
  const expiresAt = secondsAfter(at, signUpSeconds)
  await house.directory.database.db.insert(signUps).values({ id, codeSentAt: at, verifiedAt: at, expiresAt })
  return {
    ...about,
    id,
    codeDigest: '',
    codeNumber: 1,
    codeSentAt: at.toISOString(),
    verified: true,
    expiresAt: expiresAt.toISOString(),
  }
}

const begin = async (
  house: Needs,
  about: Pick<SignUp, 'email' | 'passwordHash' | 'identity'>,
  ip: string,
  at: Date,
): Promise<SignUp> => {
  await takeStrangersMail(house, house.directory.guessable('email', about.email).digest, ip, at)
  const id = randomUUID()
  const code = makeCode()
  const expiresAt = secondsAfter(at, signUpSeconds)
  await house.directory.database.db.insert(signUps).values({ id, codeSentAt: at, expiresAt })
  await mailCode(house, about.email, code)
  return {
    ...about,
    id,
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
  const entry = directory.guessable('email', email)
  const known = await directory.isTaken(entry)
  try {
    await mail.send(known ? knownAddressMail(email, siteUrl()) : codeMail(email, code, siteUrl()))
  } catch (cause) {
    throw refuse('mail_unavailable', { retryAfter: 30, cause })
  }
}
