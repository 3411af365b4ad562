import { createHmac, randomBytes } from 'node:crypto'
import { secondsAfter } from '../../../clock.ts'
import { equalBytes } from '../../../crypto/digest.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'

/* A challenge is not stored until it is used: it carries its own expiry and a MAC that only this installation can make.
   id (16 random bytes) · unix milliseconds of its end (6) · master key version (2) · HMAC-SHA-256 (32). */

/** Time enough to look for a security key. */
const challengeSeconds = 5 * 60
const headBytes = 24

/** `register:<user id>` makes a passkey for that person; `use` proves one, whose owner the passkey itself names. */
export type ChallengePurpose = 'use' | `register:${string}`

const macOf = (ring: KeyRing, version: number, purpose: ChallengePurpose, head: Buffer): Buffer =>
  createHmac('sha256', ring.derive('passkey-challenge', version))
    .update(purpose)
    .update('\0')
    .update(head)
    .digest()

export const makeChallenge = (ring: KeyRing, purpose: ChallengePurpose, at: Date): Buffer => {
  const head = Buffer.alloc(headBytes)
  randomBytes(16).copy(head)
  head.writeUIntBE(secondsAfter(at, challengeSeconds).getTime(), 16, 6)
  head.writeUInt16BE(ring.newest, 22)
  return Buffer.concat([head, macOf(ring, ring.newest, purpose, head)])
}

/** The id and the end of a challenge of ours that has not lapsed; undefined for every other text. */
export const readChallenge = (
  ring: KeyRing,
  purpose: ChallengePurpose,
  challenge: string,
  at: Date,
): { id: string; expiresAt: Date } | undefined => {
  const bytes = Buffer.from(challenge, 'base64url')
  if (bytes.length !== headBytes + 32) return undefined
  const head = bytes.subarray(0, headBytes)
  const version = head.readUInt16BE(22)
  if (!ring.has(version) || !equalBytes(macOf(ring, version, purpose, head), bytes.subarray(headBytes)))
    return undefined
  const expiresAt = new Date(head.readUIntBE(16, 6))
  return expiresAt > at ? { id: head.toString('base64url', 0, 16), expiresAt } : undefined
}
