import { and, eq } from 'drizzle-orm'
import type { updateApiKey as endpoint } from '#contract/api-keys.ts'
import type { Parsed } from '#contract/endpoint.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { addressesOf, futureOf } from './key-limits.ts'
import { lockSeenKey, requireMayResume, requireOwn } from './own-key.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

type Change = Parsed<typeof endpoint, 'body'>

/** Renames, pauses, resumes or limits a key. It holds for every request that begins after this returns. Each kind of change is told
 *  apart in the feed, with what it was before. Refuses with api_key_not_found, key_not_yours or invalid_request. */
export const updateApiKey = async (
  actor: Actor,
  keyId: string,
  change: Change,
  at: Date,
): Promise<ApiKeyRow> => {
  const { cell, id: workspaceId } = actor.workspace
  return cell.db.transaction(async (tx) => {
    const before = await lockSeenKey(tx, actor, keyId)
    if (change.name !== undefined || change.expiresAt !== undefined || change.allowedAddresses !== undefined)
      requireOwn(actor, before)
    if (change.paused === false) requireMayResume(actor, before)
    const to = fieldsOf(change, before, actor.userId, at)
    if (Object.keys(to).length === 0) return before
    const [after] = await tx
      .update(apiKeys)
      .set(to)
      .where(and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, workspaceId)))
      .returning()
    if (!after) throw refuse('api_key_not_found')
    for (const facts of tellingsOf(before, after)) {
      const metadata = { keyPrefix: before.keyPrefix, ...facts }
      await recordActivity(
        tx,
        'api_key/updated',
        doerOf(actor),
        { id: keyId, name: after.name, metadata },
        at,
      )
    }
    return after
  })
}

/** What really changes. A key that has ended can be given more time by its maker, which no other person can. */
const fieldsOf = (
  { name, paused, expiresAt, allowedAddresses }: Change,
  before: ApiKeyRow,
  by: string,
  at: Date,
): Partial<ApiKeyRow> => ({
  ...(name !== undefined && name !== before.name ? { name } : {}),
  ...(paused !== undefined && paused !== (before.pausedAt !== null)
    ? { pausedAt: paused ? at : null, pausedBy: paused ? by : null }
    : {}),
  ...(expiresAt !== undefined ? endOf(expiresAt, at) : {}),
  ...(allowedAddresses !== undefined ? { allowedAddresses: addressesOf(allowedAddresses) } : {}),
})

/** A replaced key that is to go on without an end is a key like any other again. */
const endOf = (expiresAt: string | null, at: Date): Partial<ApiKeyRow> =>
  expiresAt === null ? { expiresAt: null, replacedAt: null } : { expiresAt: futureOf(expiresAt, at) }

const tellingsOf = (before: ApiKeyRow, after: ApiKeyRow): Record<string, unknown>[] => {
  const tellings: Record<string, unknown>[] = []
  if (after.name !== before.name)
    tellings.push({ change: 'renamed', before: { name: before.name }, after: { name: after.name } })
  if ((after.pausedAt === null) !== (before.pausedAt === null))
    tellings.push({ change: after.pausedAt ? 'paused' : 'resumed' })
  const addressesChanged = JSON.stringify(before.allowedAddresses) !== JSON.stringify(after.allowedAddresses)
  if (addressesChanged || before.expiresAt?.getTime() !== after.expiresAt?.getTime())
    tellings.push({
      change: 'limits_changed',
      before: limitsOf(before),
      after: limitsOf(after),
      ...(addressesChanged ? { addressesChanged } : {}),
    })
  return tellings
}

/** Addresses may be people's homes, and events are kept in the clear: only how many is told. */
const limitsOf = ({ expiresAt, allowedAddresses }: ApiKeyRow) => ({
  expiresAt: expiresAt?.toISOString() ?? null,
  allowedAddresses: allowedAddresses?.length ?? 0,
})
