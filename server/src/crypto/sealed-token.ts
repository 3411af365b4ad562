import type { KeyRing } from './key-ring.ts'
import { openUnderMaster, sealUnderMaster } from './seal.ts'

/** Something that waits in a browser, sealed, because nothing may be stored of it yet or need not be. */
type Waiting = { expiresAt: string }

/** Seals under the master key; `purpose` keeps one kind of token from passing for another. */
export const sealToken = (ring: KeyRing, purpose: string, value: Waiting): string =>
  sealUnderMaster(ring, purpose, 'cookie', Buffer.from(JSON.stringify(value))).toString('base64url')

/** What `sealToken` sealed, or undefined when it is forged, broken, of another purpose or too old. */
export const openToken = <T extends Waiting>(
  ring: KeyRing,
  purpose: string,
  token: string | undefined,
  at: Date,
): T | undefined => {
  if (!token || token.length > 4096) return undefined
  const sealed = Buffer.from(token, 'base64url')
  // Decoding skips what is no base64url; one value has one token, not many spellings of it.
  if (sealed.toString('base64url') !== token) return undefined
  try {
    const value: T = JSON.parse(openUnderMaster(ring, purpose, 'cookie', sealed).toString())
    return new Date(value.expiresAt) > at ? value : undefined
  } catch {
    return undefined
  }
}
