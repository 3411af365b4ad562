import { eq } from 'drizzle-orm'
import { type rotateApiKey as endpoint, overlapHoursDefault } from '#contract/api-keys.ts'
import type { Parsed, Received } from '#contract/endpoint.ts'
import type { Tx } from '../../cells/database.ts'
import { secondsAfter } from '../../clock.ts'
import { makeId } from '../../crypto/token.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { retractEvent } from '../activity/erase-activity.ts'
import { recordOnce } from '../activity/record-activity.ts'
import { type KeyPlan, writeKey } from './issue-api-key.ts'
import { statusOf } from './key-limits.ts'
import { findSeenKey, lockSeenKey, requireOwn } from './own-key.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

/** Replaces a key by one with the same name, scopes and limits, in one transaction; the one before ends after the overlap, or earlier if
 *  it would have. A new one of a key that ends by itself lives as long as that one was made for. Refuses with api_key_not_found,
 *  key_not_yours, api_key_replaced, api_key_paused, or invalid_request for one that has ended. */
export const rotateApiKey = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  actor: Actor,
  keyId: string,
  { overlapHours = overlapHoursDefault }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const before = await findSeenKey(actor.workspace.cell.db, actor, keyId)
  requireRotatable(actor, before, at)
  const overlapEnd = secondsAfter(at, overlapHours * 3600)
  const eventId = makeId(at)
  let endsAt = overlapEnd
  const issued = await writeKey(house, actor, successorOf(before, at), at, {
    facts: { replaces: before.keyPrefix },
    async write(tx) {
      const now = await lockSeenKey(tx, actor, keyId)
      requireRotatable(actor, now, at)
      endsAt = now.expiresAt && now.expiresAt < overlapEnd ? now.expiresAt : overlapEnd
      await setEnd(tx, keyId, endsAt, at)
      const { name, keyPrefix } = now
      const metadata = { keyPrefix, change: 'rotated', expiresAt: endsAt.toISOString() }
      await recordOnce(tx, eventId, 'api_key/updated', doerOf(actor), { id: keyId, name, metadata }, at)
    },
    async undo(tx) {
      await setEnd(tx, keyId, before.expiresAt, null)
      await retractEvent(tx, eventId)
    },
  })
  return { ...issued, replaced: { keyId, expiresAt: endsAt.toISOString() } }
}

/** Only a key that opens something, and has no successor yet, is worth one. A paused one is resumed first, by whoever may. */
const requireRotatable = (actor: Actor, key: ApiKeyRow, at: Date): void => {
  requireOwn(actor, key)
  if (key.replacedAt !== null) throw refuse('api_key_replaced')
  const status = statusOf(key, at)
  if (status === 'paused') throw refuse('api_key_paused')
  if (status === 'expired')
    throw refuse('invalid_request', { message: 'This key has ended. Create another one' })
}

const successorOf = (
  { name, scopes, allowedAddresses, sealed, createdAt, expiresAt }: ApiKeyRow,
  at: Date,
): KeyPlan => {
  const lifeMs = expiresAt && expiresAt.getTime() - createdAt.getTime()
  return {
    name,
    scopes,
    allowedAddresses,
    showOnce: sealed === null,
    expiresAt: lifeMs ? new Date(at.getTime() + lifeMs) : null,
  }
}

const setEnd = async (
  tx: Tx,
  keyId: string,
  expiresAt: Date | null,
  replacedAt: Date | null,
): Promise<void> => {
  await tx.update(apiKeys).set({ expiresAt, replacedAt }).where(eq(apiKeys.id, keyId))
}
