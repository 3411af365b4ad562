import { randomBytes, randomInt } from 'node:crypto'

/** 32 random bytes, safe in a URL. */
export const makeToken = (): string => randomBytes(32).toString('base64url')

/** A resource id: 24 lowercase hex (SPEC 0.2). The first four bytes are the second it was made, so ids made later sort later. */
export const makeId = (at: Date): string => {
  const bytes = randomBytes(12)
  bytes.writeUInt32BE(Math.floor(at.getTime() / 1000) >>> 0, 0)
  return bytes.toString('hex')
}

/** Six digits, each equally likely (SPEC 2). */
export const makeCode = (): string => randomInt(0, 1_000_000).toString().padStart(6, '0')
