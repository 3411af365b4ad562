import { sql } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import { keyedDigest } from '../../crypto/digest.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { findDataKey } from '../accounts/data-key.ts'
import { type KeyClient, sealClient } from './key-clients.ts'

/** What has gathered of one key since the last write. */
export type KeyUses = {
  keyId: string
  /** Whose data key seals the details. */
  madeBy: string
  count: number
  lastUsedAt: Date
  clients: Map<string, ClientUses>
}

type ClientUses = {
  client: KeyClient
  firstUsedAt: Date
  lastUsedAt: Date
  endpoints: Map<string, { uses: number; lastUsedAt: Date }>
}

/** How many clients of a key are kept: the one that was seen longest ago gives way to a new one. */
const clientsKeptMax = 200

/** Writes gathered uses of keys of one cell, all or nothing. Keys in sorted order, so that two nodes never wait for each other in a
 *  circle. A key that is gone meanwhile is stepped over. */
export const writeUses = async (cell: Cell, ring: KeyRing, batch: readonly KeyUses[]): Promise<void> => {
  const sorted = batch.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1))
  await cell.db.transaction(async (tx) => {
    for (const uses of sorted) {
      const { rowCount } = await tx.execute(sql`
        update api_keys set usage_count = usage_count + ${uses.count},
          last_used_at = greatest(last_used_at, ${uses.lastUsedAt.toISOString()}::timestamptz)
        where id = ${uses.keyId}`)
      if (rowCount) await writeClients(tx, ring, uses)
    }
  })
}

const writeClients = async (tx: Tx, ring: KeyRing, { keyId, madeBy, clients }: KeyUses): Promise<void> => {
  if (clients.size === 0) return
  const dataKey = await findDataKey(tx, ring, madeBy)
  if (!dataKey) return
  const secret = ring.derive('api-key-client', ring.newest)
  for (const [name, { client, firstUsedAt, lastUsedAt, endpoints }] of clients) {
    const digest = keyedDigest(secret, 'client', name)
    await tx.execute(sql`
      insert into api_key_clients (key_id, digest, details_sealed, first_used_at, last_used_at)
      values (${keyId}, ${digest}, ${sealClient(dataKey, keyId, digest, client)},
        ${firstUsedAt.toISOString()}::timestamptz, ${lastUsedAt.toISOString()}::timestamptz)
      on conflict (key_id, digest) do update
        set last_used_at = greatest(api_key_clients.last_used_at, excluded.last_used_at)`)
    for (const [endpoint, { uses, lastUsedAt: usedAt }] of endpoints)
      await tx.execute(sql`
        insert into api_key_uses (key_id, client_digest, endpoint, day, uses, last_used_at)
        values (${keyId}, ${digest}, ${endpoint}, ${usedAt.toISOString().slice(0, 10)}::date, ${uses},
          ${usedAt.toISOString()}::timestamptz)
        on conflict (key_id, client_digest, endpoint, day) do update
          set uses = api_key_uses.uses + excluded.uses,
            last_used_at = greatest(api_key_uses.last_used_at, excluded.last_used_at)`)
  }
  await tx.execute(sql`
    delete from api_key_clients where key_id = ${keyId} and digest in (
      select digest from api_key_clients where key_id = ${keyId}
      order by last_used_at desc, digest offset ${clientsKeptMax})`)
}
