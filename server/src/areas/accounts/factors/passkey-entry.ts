import { sha256 } from '../../../crypto/digest.ts'
import type { EntryKey } from '../../../directory/directory.ts'

/** What the directory knows a passkey by: a credential id cannot be guessed. */
export const passkeyEntry = (credentialId: Buffer): EntryKey => ({
  kind: 'passkey',
  digest: sha256(credentialId.toString('base64url')),
})
