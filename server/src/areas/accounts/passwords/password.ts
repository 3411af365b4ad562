import { hash, verify } from '@node-rs/argon2'
import { errors } from '#contract/errors.ts'
import { refuse } from '../../../door/refusal.ts'
import { isCommonPassword } from './common-passwords.ts'

/** OWASP's second recommendation for Argon2id, the library's default algorithm: 19 MiB, two passes. */
export const argon2Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** The same password typed on two keyboards may differ in code points; NFKC makes them one (NIST SP 800-63B, 3.1.1.2). */
const prepared = (password: string): string => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> => hash(prepared(password), argon2Options)

/** Refuses with password_too_common a password that is guessed first; `context` is what others know of the person, `path` the field
 *  that it came in. */
export const requireUncommon = (password: string, context: readonly string[], path = 'password'): void => {
  if (!isCommonPassword(password, context)) return
  const { message } = errors.password_too_common
  throw refuse('password_too_common', { issues: [{ path, message }] })
}

let decoy: Promise<string> | undefined

/** Whether the password matches. Without a hash (an unknown account) it takes as long and answers false, so that the time taken
 *  tells nobody which accounts exist. */
export const verifyPassword = async (
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> => {
  decoy ??= hashPassword('an account that does not exist')
  const matches = await verify(passwordHash ?? (await decoy), prepared(password))
  return matches && passwordHash != null
}
