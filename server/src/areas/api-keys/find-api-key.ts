import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import { sha256 } from '../../crypto/digest.ts'
import type { KeyCredential } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { isKeyValue } from './key-format.ts'
import { apiKeys } from './table.ts'

export type FoundKey = {
  cell: Cell
  workspaceId: string
  createdBy: string
  credential: KeyCredential
}

/** The key of this value, with what limits it: whether it has ended, is paused or came from elsewhere is the door's to say. Nothing is cached: once a revoke has answered, the directory no longer knows the digest. */
export const findApiKey = async (
  { directory, cells }: Pick<House, 'directory' | 'cells'>,
  value: string,
): Promise<FoundKey | undefined> => {
  if (!isKeyValue(value)) return undefined
  const digest = sha256(value)
  const place = await directory.find({ kind: 'api_key', digest })
  if (!place) return undefined
  const cell = cells.get(place.cellId)
  const [key] = await cell.db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, place.subjectId), eq(apiKeys.digest, digest)))
  if (!key) return undefined
  const { id: keyId, keyPrefix, scopes, workspaceId, createdBy, expiresAt, pausedAt, allowedAddresses } = key
  const limits = { scopes, expiresAt, pausedAt, allowedAddresses }
  return { cell, workspaceId, createdBy, credential: { kind: 'key', keyId, keyPrefix, ...limits } }
}
