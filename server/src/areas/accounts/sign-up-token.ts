import { equalBytes, keyedDigest } from '../../crypto/digest.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { openUnderMaster, sealUnderMaster } from '../../crypto/seal.ts'

export const signUpSeconds = 24 * 3600
export const codeSeconds = 10 * 60
export const codeAttemptsMax = 5
export const codeResendSeconds = 60
/** Five tries each, so that guessing has a chance of 1 in 20,000 over a whole sign-up. */
export const codesMax = 10

/** A sign-up in progress. It lives in a sealed cookie and nowhere else until a region is chosen (ARCHITECTURE decision 2). */
export type SignUp = {
  id: string
  email: string
  passwordHash: string
  /** Digest of the newest code, and which one it is. */
  codeDigest: string
  codeNumber: number
  codeSentAt: string
  verified: boolean
  expiresAt: string
}

export const sealSignUp = (ring: KeyRing, signUp: SignUp): string =>
  sealUnderMaster(ring, 'sign-up', 'cookie', Buffer.from(JSON.stringify(signUp))).toString('base64url')

/** The sign-up inside a cookie, or undefined when the cookie is forged, broken or too old. */
export const openSignUp = (ring: KeyRing, cookie: string | undefined, at: Date): SignUp | undefined => {
  if (!cookie || cookie.length > 4096) return undefined
  const sealed = Buffer.from(cookie, 'base64url')
  // Decoding skips what is no base64url; one sign-up has one cookie, not many spellings of it.
  if (sealed.toString('base64url') !== cookie) return undefined
  try {
    const signUp: SignUp = JSON.parse(openUnderMaster(ring, 'sign-up', 'cookie', sealed).toString())
    return new Date(signUp.expiresAt) > at ? signUp : undefined
  } catch {
    return undefined
  }
}

/** What the cookie keeps of a code. It names the master key version, so that a rotation does not void codes under way. */
export const codeDigest = (
  ring: KeyRing,
  signUpId: string,
  code: string,
  version: number = ring.newest,
): string =>
  `${version}.${keyedDigest(ring.derive('sign-up-code', version), signUpId, code).toString('base64url')}`

/** Whether `code` is the one behind `digest`, in constant time. */
export const isCodeRight = (ring: KeyRing, signUpId: string, code: string, digest: string): boolean => {
  const version = Number(digest.split('.')[0])
  if (!ring.has(version)) return false
  return equalBytes(Buffer.from(codeDigest(ring, signUpId, code, version)), Buffer.from(digest))
}
