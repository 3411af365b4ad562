import { and, eq, isNull } from 'drizzle-orm'
import { type rotateApiKey as endpoint, overlapHoursDefault } from '#contract/api-keys.ts'
import type { Parsed, Received } from '#contract/endpoint.ts'
import type { Tx } from '../../cells/database.ts'
import { secondsAfter } from '../../clock.ts'
import type { Actor } from '../../door/actor.ts'
import { type Refusal, refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { writeKey } from './issue-api-key.ts'
import { statusOf } from './key-limits.ts'
import { findSeenKey, requireOwn } from './own-key.ts'
import { apiKeys } from './table.ts'

/** Replaces a key by one with the same name, scopes and limits, in one transaction; the one before ends after the overlap. A new one of a
 *  key that ends by itself lives as long as that one was made for. Refuses with api_key_not_found, key_not_yours,
 *  api_key_replaced, or invalid_request for one that has ended. */
export const rotateApiKey = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  actor: Actor,
  keyId: string,
  { overlapHours = overlapHoursDefault }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const before = await findSeenKey(actor.workspace.cell.db, actor, keyId)
  requireOwn(actor, before)
  if (before.replacedAt !== null) throw refuse('api_key_replaced')
  if (statusOf(before, at) === 'expired')
    throw refuse('invalid_request', { message: 'This key has ended. Create another one' })
  const { name, scopes, allowedAddresses, sealed, createdAt, expiresAt } = before
  const overlapEnd = secondsAfter(at, overlapHours * 3600)
  const endsAt = expiresAt && expiresAt < overlapEnd ? expiresAt : overlapEnd
  const lifeMs = expiresAt && expiresAt.getTime() - createdAt.getTime()
  const plan = {
    name,
    scopes,
    allowedAddresses,
    showOnce: sealed === null,
    expiresAt: lifeMs ? new Date(at.getTime() + lifeMs) : null,
  }
  const issued = await writeKey(house, actor, plan, at, {
    facts: { replaces: before.keyPrefix },
    async write(tx) {
      const changed = await tx
        .update(apiKeys)
        .set({ expiresAt: endsAt, replacedAt: at })
        .where(and(eq(apiKeys.id, keyId), isNull(apiKeys.replacedAt)))
        .returning({ id: apiKeys.id })
      if (changed.length === 0) throw await whyUnchanged(tx, actor, keyId)
      const metadata = { keyPrefix: before.keyPrefix, change: 'rotated', expiresAt: endsAt.toISOString() }
      await recordActivity(tx, 'api_key/updated', doerOf(actor), { id: keyId, name, metadata }, at)
    },
    async undo(tx) {
      await tx.update(apiKeys).set({ expiresAt, replacedAt: null }).where(eq(apiKeys.id, keyId))
    },
  })
  return { ...issued, replaced: { keyId, expiresAt: endsAt.toISOString() } }
}

/** Somebody revoked or rotated it at the same moment. */
const whyUnchanged = async (tx: Tx, actor: Actor, keyId: string): Promise<Refusal> => {
  await findSeenKey(tx, actor, keyId)
  return refuse('api_key_replaced')
}
