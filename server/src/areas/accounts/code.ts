import { secondsAfter } from '../../clock.ts'
import { equalBytes, keyedDigest } from '../../crypto/digest.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { type Refusal, refuseUntil } from '../../door/refusal.ts'

/** The six-digit codes that prove an address (SPEC 2). */
export const codeSeconds = 10 * 60
export const codeAttemptsMax = 5
export const codeResendSeconds = 60

/** What is kept of a code: good for one subject, a sign-up or an address. It names the master key version, so that a rotation does
 *  not void codes under way. */
export const codeDigest = (
  ring: KeyRing,
  subjectId: string,
  code: string,
  version: number = ring.newest,
): string =>
  `${version}.${keyedDigest(ring.derive('sign-up-code', version), subjectId, code).toString('base64url')}`

/** Whether `code` is the one behind `digest`, in constant time. */
export const isCodeRight = (ring: KeyRing, subjectId: string, code: string, digest: string): boolean => {
  const version = Number(digest.split('.')[0])
  if (!ring.has(version)) return false
  return equalBytes(Buffer.from(codeDigest(ring, subjectId, code, version)), Buffer.from(digest))
}

/** When another code may be asked for. */
export const resendAt = (codeSentAt: Date): Date => secondsAfter(codeSentAt, codeResendSeconds)

/** Refusal of a code that is asked for too soon after the last. */
export const sentRecently = (codeSentAt: Date, at: Date): Refusal =>
  refuseUntil('code_sent_recently', resendAt(codeSentAt), at)
