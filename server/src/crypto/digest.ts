import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 of something that cannot be guessed: a key, a session token (SPEC 5.1). */
export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer')

/** The same as text, to look it up in memory. */
export const sha256Base64 = (text: string): string => hash('sha256', text, 'base64')

/** HMAC-SHA-256 of something that can be guessed (an address, a name), so that a dump cannot be searched (ARCHITECTURE). */
export const keyedDigest = (secret: Buffer, kind: string, text: string): Buffer =>
  createHmac('sha256', secret).update(`${kind}\0${text}`).digest()

/** Constant-time comparison of two byte strings of any length. */
export const equalBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
