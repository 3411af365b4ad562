import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyRing } from '../../../crypto/key-ring.ts'

/** The key of one version that signs what the chain has come to. Public keys are written as the base64 of their 32 bytes. */
export type SigningKey = { version: number; publicKey: string; sign(message: string): string }

/** Ed25519 (RFC 8410) wants its 32 secret bytes in this wrapping. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The signing key of the newest master key. Signatures of older versions stay good: each carries its version and public key. */
export const signingKeyOf = (ring: KeyRing): SigningKey => {
  const version = ring.newest
  const der = Buffer.concat([pkcs8Head, ring.derive('activity-signing', version)])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    version,
    publicKey: Buffer.from(x, 'base64url').toString('base64'),
    sign: (message) => sign(null, Buffer.from(message), key).toString('base64'),
  }
}

/** Whether `signature` (base64) over `message` was made with the secret of this public key. Nonsense is answered with false. */
export const isSignedBy = (publicKey: string, message: string, signature: string): boolean => {
  try {
    const x = Buffer.from(publicKey, 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}
