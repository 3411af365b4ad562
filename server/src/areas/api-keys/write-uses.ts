import { sql } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import { keyedDigest } from '../../crypto/digest.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { findDataKeys } from '../accounts/data-key.ts'
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

export type ClientUses = {
  client: KeyClient
  firstUsedAt: Date
  lastUsedAt: Date
  /** By method and pattern of the route. */
  endpoints: Map<string, EndpointUses>
}

export type EndpointUses = { uses: number; lastUsedAt: Date }

/** How many clients of a key are kept: the one that was seen longest ago gives way to a new one. */
const clientsKeptMax = 200

/** Writes gathered uses of keys of one cell, all or nothing, with as many statements for many keys as for one. A key that is gone
 *  meanwhile is stepped over. */
export const writeUses = async (cell: Cell, ring: KeyRing, batch: readonly KeyUses[]): Promise<void> => {
  await cell.db.transaction(async (tx) => {
    const present = await lockKeys(tx, batch)
    const used = present.map(({ keyId: key, count, lastUsedAt: at }) => ({ key, count, at }))
    await tx.execute(sql`
      update api_keys set usage_count = usage_count + used.count, last_used_at = greatest(last_used_at, used.at)
      from json_to_recordset(${JSON.stringify(used)}) as used (key text, count bigint, at timestamptz)
      where api_keys.id = used.key`)
    await writeClients(tx, ring, present)
  })
}

/** Those whose keys are still there. Locked in the order of their ids, so that two nodes never wait for each other in a circle. */
const lockKeys = async (tx: Tx, batch: readonly KeyUses[]): Promise<KeyUses[]> => {
  const keyIds = sql.param(batch.map(({ keyId }) => keyId))
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from api_keys where id = any(${keyIds}::text[]) order by id for no key update`,
  )
  const present = new Set(rows.map(({ id }) => id))
  return batch.filter(({ keyId }) => present.has(keyId))
}

const writeClients = async (tx: Tx, ring: KeyRing, batch: readonly KeyUses[]): Promise<void> => {
  const dataKeys = await findDataKeys(tx, ring, [...new Set(batch.map(({ madeBy }) => madeBy))])
  const secret = ring.derive('api-key-client', ring.newest)
  const clients: Record<string, unknown>[] = []
  const uses: Record<string, unknown>[] = []
  for (const { keyId: key, madeBy, clients: used } of batch) {
    const dataKey = dataKeys.get(madeBy)
    if (!dataKey) continue
    for (const [name, { client: said, firstUsedAt: first, lastUsedAt: last, endpoints }] of used) {
      const digest = keyedDigest(secret, 'client', name)
      const client = byteaText(digest)
      clients.push({ key, client, details: byteaText(sealClient(dataKey, key, digest, said)), first, last })
      for (const [endpoint, { uses: times, lastUsedAt: at }] of endpoints)
        uses.push({ key, client, endpoint, day: at.toISOString().slice(0, 10), times, at })
    }
  }
  await tx.execute(sql`
    insert into api_key_clients (key_id, digest, details_sealed, first_used_at, last_used_at)
    select * from json_to_recordset(${JSON.stringify(clients)})
      as used (key text, client bytea, details bytea, first timestamptz, last timestamptz)
    on conflict (key_id, digest) do update
      set last_used_at = greatest(api_key_clients.last_used_at, excluded.last_used_at)`)
  await tx.execute(sql`
    insert into api_key_uses (key_id, client_digest, endpoint, day, uses, last_used_at)
    select * from json_to_recordset(${JSON.stringify(uses)})
      as used (key text, client bytea, endpoint text, day date, times bigint, at timestamptz)
    on conflict (key_id, client_digest, endpoint, day) do update
      set uses = api_key_uses.uses + excluded.uses,
        last_used_at = greatest(api_key_uses.last_used_at, excluded.last_used_at)`)
  const keyIds = sql.param(batch.map(({ keyId }) => keyId))
  await tx.execute(sql`
    delete from api_key_clients where (key_id, digest) in (
      select key_id, digest from (
        select key_id, digest, row_number() over (partition by key_id order by last_used_at desc, digest) as place
        from api_key_clients where key_id = any(${keyIds}::text[])) as ranked
      where place > ${clientsKeptMax})`)
}

/** Bytes as Postgres reads them from text. */
const byteaText = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`
