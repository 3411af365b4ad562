import type { KeyRing } from '../../../crypto/key-ring.ts'
import { openToken, sealToken } from '../../../crypto/sealed-token.ts'
import type { ExternalAccount } from '../identities/identity.ts'

export const signUpSeconds = 24 * 3600
/** Five tries each, so that guessing has a chance of 1 in 20,000 over a whole sign-up. */
export const codesMax = 10

/** A sign-up in progress. It lives in a sealed cookie and nowhere else until a region is chosen (ARCHITECTURE decision 2). */
export type SignUp = {
  id: string
  email: string
  /** Null for somebody who comes from a provider. */
  passwordHash: string | null
  /** The account at a provider that this sign-up will connect, and the name it gave. */
  identity?: ExternalAccount & { name: string | null }
  /** Digest of the newest code, and which one it is. */
  codeDigest: string
  codeNumber: number
  codeSentAt: string
  verified: boolean
  expiresAt: string
}

export const sealSignUp = (ring: KeyRing, signUp: SignUp): string => sealToken(ring, 'sign-up', signUp)

/** The sign-up inside a cookie, or undefined when the cookie is forged, broken or too old. */
export const openSignUp = (ring: KeyRing, cookie: string | undefined, at: Date): SignUp | undefined =>
  openToken<SignUp>(ring, 'sign-up', cookie, at)
