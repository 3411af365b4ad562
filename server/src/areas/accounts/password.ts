import { hash, verify } from '@node-rs/argon2'

/** OWASP's second recommendation for Argon2id, the library's default algorithm: 19 MiB, two passes. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** The same password typed on two keyboards may differ in code points; NFKC makes them one (NIST SP 800-63B, 3.1.1.2). */
const prepared = (password: string): string => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> => hash(prepared(password), options)

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
