import type { KeyRing } from '../../crypto/key-ring.ts'
import { openUnderMaster, sealUnderMaster } from '../../crypto/seal.ts'

/** Key and workspace are both in it, so a sealed value moved to another row or another workspace does not open. */
const identityOf = (keyId: string, workspaceId: string): string => `api_keys:${keyId}:${workspaceId}`

export const sealKeyValue = (ring: KeyRing, keyId: string, workspaceId: string, value: string): Buffer =>
  sealUnderMaster(ring, 'api-key', identityOf(keyId, workspaceId), Buffer.from(value))

export const openKeyValue = (ring: KeyRing, keyId: string, workspaceId: string, sealed: Buffer): string =>
  openUnderMaster(ring, 'api-key', identityOf(keyId, workspaceId), sealed).toString()
