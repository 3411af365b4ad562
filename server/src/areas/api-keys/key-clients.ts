import { desc, inArray } from 'drizzle-orm'
import type { Db } from '../../cells/database.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { type DataKey, openField, sealField } from '../../crypto/seal.ts'
import { findDataKey } from '../accounts/data-key.ts'
import { type ApiKeyRow, apiKeyClients } from './table.ts'

/** From where and by what a key is used. Personal: kept sealed under the data key of whoever made the key. */
export type KeyClient = {
  /** The machine's own name, where a training client told it. */
  hostname?: string
  address: string
  /** Program and version. */
  client: string
}

type Row = typeof apiKeyClients.$inferSelect

const identityOf = (keyId: string, digest: Buffer): string =>
  `api_key_clients.details:${keyId}:${digest.toString('hex')}`

export const sealClient = (dataKey: DataKey, keyId: string, digest: Buffer, client: KeyClient): Buffer =>
  sealField(dataKey, identityOf(keyId, digest), JSON.stringify(client))

export const openClient = (dataKey: DataKey, { keyId, digest, detailsSealed }: Row): KeyClient =>
  JSON.parse(openField(dataKey, identityOf(keyId, digest), detailsSealed))

/** What used each key last, by the key's id. */
export const findLastClients = async (
  db: Db,
  ring: KeyRing,
  keys: readonly Pick<ApiKeyRow, 'id' | 'createdBy'>[],
): Promise<Map<string, KeyClient>> => {
  const found = new Map<string, KeyClient>()
  if (keys.length === 0) return found
  const rows = await db
    .selectDistinctOn([apiKeyClients.keyId])
    .from(apiKeyClients)
    .where(
      inArray(
        apiKeyClients.keyId,
        keys.map(({ id }) => id),
      ),
    )
    .orderBy(apiKeyClients.keyId, desc(apiKeyClients.lastUsedAt))
  const dataKeys = new Map<string, DataKey | undefined>()
  const makers = new Map(keys.map(({ id, createdBy }) => [id, createdBy]))
  for (const row of rows) {
    const maker = makers.get(row.keyId) ?? ''
    if (!dataKeys.has(maker)) dataKeys.set(maker, await findDataKey(db, ring, maker))
    const dataKey = dataKeys.get(maker)
    if (dataKey) found.set(row.keyId, openClient(dataKey, row))
  }
  return found
}
