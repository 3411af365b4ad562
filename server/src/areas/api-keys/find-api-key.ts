import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import { sha256 } from '../../crypto/digest.ts'
import type { Credential } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { isKeyValue } from './key-format.ts'
import { apiKeys } from './table.ts'

export type FoundKey = {
  cell: Cell
  workspaceId: string
  createdBy: string
  credential: Extract<Credential, { kind: 'key' }>
}

/** The live key of this value. Nothing is cached: once a revoke has answered, the directory no longer knows the digest. */
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
  const { id: keyId, keyPrefix, scopes, workspaceId, createdBy } = key
  return { cell, workspaceId, createdBy, credential: { kind: 'key', keyId, keyPrefix, scopes } }
}
