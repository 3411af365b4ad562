import { eq } from 'drizzle-orm'
import { type rotateApiKey as endpoint, overlapHoursDefault } from '#contract/api-keys.ts'
import type { Parsed, Received } from '#contract/endpoint.ts'
import { secondsAfter } from '../../clock.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { writeKey } from './issue-api-key.ts'
import { statusOf } from './key-limits.ts'
import { findSeenKey, requireOwn } from './own-key.ts'
import { apiKeys } from './table.ts'

/** Replaces a key by one with the same name, scopes and limits, in one transaction; the one before ends after the overlap. A new one of a
 *  key that ends by itself lives as long as that one was made for. Refuses with api_key_not_found, key_not_yours, or
 *  api_key_expired for one that has ended. */
export const rotateApiKey = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  actor: Actor,
  keyId: string,
  { overlapHours = overlapHoursDefault }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const before = await findSeenKey(actor.workspace.cell.db, actor, keyId)
  requireOwn(actor, before)
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
        .set({ expiresAt: endsAt })
        .where(eq(apiKeys.id, keyId))
        .returning({ id: apiKeys.id })
      if (changed.length === 0) throw refuse('api_key_not_found')
      const metadata = { keyPrefix: before.keyPrefix, change: 'rotated', expiresAt: endsAt.toISOString() }
      await recordActivity(tx, 'api_key/updated', doerOf(actor), { id: keyId, name, metadata }, at)
    },
    async undo(tx) {
      await tx.update(apiKeys).set({ expiresAt }).where(eq(apiKeys.id, keyId))
    },
  })
  return { ...issued, replaced: { keyId, expiresAt: endsAt.toISOString() } }
}
