import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyRing } from './key-ring.ts'

/* A sealed value is: format (1 byte, 1) · master key version (2 bytes, 0 for a data key) · nonce (12) · ciphertext · tag (16).
   AES-256-GCM (NIST SP 800-38D). The identity of the row is additional data, so a value moved elsewhere does not open. */

const format = 1
const headBytes = 3
const nonceBytes = 12
const tagBytes = 16

const sealWith = (key: Buffer, version: number, identity: string, plain: Buffer): Buffer => {
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(format, 0)
  head.writeUInt16BE(version, 1)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.concat([head, Buffer.from(identity)]))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([head, nonce, body, cipher.getAuthTag()])
}

const openWith = (keyOf: (version: number) => Buffer, identity: string, sealed: Buffer): Buffer => {
  if (sealed.length < headBytes + nonceBytes + tagBytes || sealed.readUInt8(0) !== format)
    throw new Error('Sealed value is malformed')
  const head = sealed.subarray(0, headBytes)
  const nonce = sealed.subarray(headBytes, headBytes + nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', keyOf(head.readUInt16BE(1)), nonce)
  decipher.setAAD(Buffer.concat([head, Buffer.from(identity)]))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([
    decipher.update(sealed.subarray(headBytes + nonceBytes, -tagBytes)),
    decipher.final(),
  ])
}

/** Seals under the newest master key. `purpose` separates keys, `identity` names the row (ARCHITECTURE decision 7). */
export const sealUnderMaster = (ring: KeyRing, purpose: string, identity: string, plain: Buffer): Buffer =>
  sealWith(ring.derive(purpose, ring.newest), ring.newest, identity, plain)

/** Opens what `sealUnderMaster` made. Throws when the bytes were changed, moved to another row or another purpose. */
export const openUnderMaster = (ring: KeyRing, purpose: string, identity: string, sealed: Buffer): Buffer =>
  openWith((version) => ring.derive(purpose, version), identity, sealed)

/** The master key version a sealed value was made under; rotation finds the old ones by it. */
export const sealedVersion = (sealed: Buffer): number => sealed.readUInt16BE(1)

/** A per-account key. Destroying its wrapped form makes everything sealed under it unreadable, backups included. */
export type DataKey = { readonly bytes: Buffer }

export const makeDataKey = (): DataKey => ({ bytes: randomBytes(32) })

export const wrapDataKey = (ring: KeyRing, accountId: string, key: DataKey): Buffer =>
  sealUnderMaster(ring, 'data-key', accountId, key.bytes)

export const unwrapDataKey = (ring: KeyRing, accountId: string, wrapped: Buffer): DataKey => ({
  bytes: openUnderMaster(ring, 'data-key', accountId, wrapped),
})

/** Seals a private field. `identity` is `table.column:rowId`. */
export const sealField = (key: DataKey, identity: string, text: string): Buffer =>
  sealWith(key.bytes, 0, identity, Buffer.from(text, 'utf8'))

export const openField = (key: DataKey, identity: string, sealed: Buffer): string =>
  openWith(() => key.bytes, identity, sealed).toString('utf8')
