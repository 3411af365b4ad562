import type { Cell } from '../../cells/cells.ts'
import type { KeyRing } from '../../crypto/key-ring.ts'
import { openField, sealField, unwrapDataKey } from '../../crypto/seal.ts'
import type { SealDetails } from '../../door/actor.ts'
import { batchPer } from '../../gate/batch.ts'
import type { SealedClient } from '../activity/feed/describe-events.ts'
import { clientIdentity } from '../activity/record-activity.ts'
import { findDataKeys, findWrappedKey, findWrappedKeys } from './data-key.ts'
import { describeClient } from './sessions/describe-client.ts'

type Kept = { ip: string; userAgent: string }

/** Seals from where somebody acted under their data key, so that it is gone when that is. Outside a transaction those who act at once share
 *  the statement that reads their keys. */
export const sealDetails = (ring: KeyRing): SealDetails => {
  const keysIn = batchPer(findWrappedKeys)
  return async (db, userId, identity, { ip, userAgent }) => {
    const wrapped = await ('$client' in db ? keysIn(db).find(userId) : findWrappedKey(db, userId))
    // Unwrapped one by one: a key that is damaged is the trouble of its owner alone.
    const key = wrapped && unwrapDataKey(ring, userId, wrapped)
    return key && sealField(key, identity, JSON.stringify({ ip, userAgent } satisfies Kept))
  }
}

/** The address and program of each event whose doer still has a data key in this cell, by the event's id. */
export const openEventClients = async (
  { db }: Pick<Cell, 'db'>,
  ring: KeyRing,
  events: readonly SealedClient[],
): Promise<Map<string, { address: string; client: string }>> => {
  const keys = await findDataKeys(db, ring, [...new Set(events.map(({ userId }) => userId))])
  const opened = new Map<string, { address: string; client: string }>()
  for (const { id, userId, sealed } of events) {
    const key = keys.get(userId)
    if (!key) continue
    const { ip, userAgent }: Kept = JSON.parse(openField(key, clientIdentity(id), sealed))
    const { browser, os } = describeClient(userAgent)
    opened.set(id, { address: ip, client: os ? `${browser} on ${os}` : browser })
  }
  return opened
}
