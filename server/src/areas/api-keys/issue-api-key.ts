import { and, eq } from 'drizzle-orm'
import type { createApiKey } from '#contract/api-keys.ts'
import type { Parsed, Received } from '#contract/endpoint.ts'
import type { Scope } from '#contract/permissions.ts'
import { connectionOf, type Db, type Tx } from '../../cells/database.ts'
import { sha256 } from '../../crypto/digest.ts'
import { makeId } from '../../crypto/token.ts'
import { claimed } from '../../directory/two-store.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { retractActivity } from '../activity/erase-activity.ts'
import { eventInsert, eventValues } from '../activity/record-activity.ts'
import { heldMembership } from '../workspaces/members/held-membership.ts'
import { keyPrefixOf, makeKeyValue } from './key-format.ts'
import { addressesOf, futureOf, type KeyLimits } from './key-limits.ts'
import { sealKeyValue } from './key-seal.ts'
import { apiKeys } from './table.ts'

type Needs = Pick<House, 'directory' | 'keyRing'>
type Issued = Received<typeof createApiKey>

/** What a new key is to be. */
export type KeyPlan = KeyLimits & { name: string; scopes: Scope[] | null; showOnce: boolean }

/** Issues a key for the actor's workspace. Refuses with invalid_request when it would have ended already, and as `writeKey`. */
export const issueApiKey = (
  house: Needs,
  actor: Actor,
  {
    name = 'API key',
    scopes,
    expiresAt,
    allowedAddresses,
    showOnce = false,
  }: Parsed<typeof createApiKey, 'body'>,
  at: Date,
): Promise<Issued> =>
  writeKey(
    house,
    actor,
    {
      name,
      scopes: scopes?.length ? scopes : null,
      showOnce,
      expiresAt: expiresAt === undefined ? null : futureOf(expiresAt, at),
      allowedAddresses: addressesOf(allowedAddresses),
    },
    at,
  )

/** What else happens in the transaction that writes a key. */
type Beside = { write(tx: Tx): Promise<void>; undo(tx: Tx): Promise<void>; facts: Record<string, unknown> }

/** Reserve, write, confirm: the key works from the moment this returns, never before the row and its event stand. A key made while its
 *  maker is being removed is not made. Refuses with workspace_not_found then, and with store_unavailable when the reservation lapsed
 *  meanwhile; nothing stays in either case. */
export const writeKey = async (
  { directory, keyRing }: Needs,
  actor: Actor,
  { showOnce, ...plan }: KeyPlan,
  at: Date,
  beside?: Beside,
): Promise<Issued> => {
  const { workspace } = actor
  const keyId = makeId(at)
  const key = makeKeyValue()
  const keyPrefix = keyPrefixOf(key)
  const digest = sha256(key)
  const subject = { id: keyId, name: plan.name, metadata: { keyPrefix, ...beside?.facts } }
  /** The key and its event, in one statement: nothing of them where its maker is no longer a member. */
  const insert = async (db: Db | Tx): Promise<string> => {
    const sealed = showOnce ? null : sealKeyValue(keyRing, keyId, workspace.id, key)
    const event = await eventValues(db, makeId(at), 'api_key/created', doerOf(actor), subject, at)
    const { rowCount } = await connectionOf(db).query({
      name: 'insert_api_key',
      text: `with member as (${heldMembership(2, 3)}), written as (
          insert into api_keys (id, workspace_id, created_by, key_prefix, digest, sealed, key_version,
            created_at, name, scopes, expires_at, allowed_addresses)
          select $1, $2, $3, $4, $5::bytea, $6::bytea, $7::integer, $8::timestamptz, $9, $10::text[], $11::timestamptz, $12::text[]
          from member returning id)
        ${eventInsert(13, 'written')}`,
      values: [
        ...[keyId, workspace.id, actor.userId, keyPrefix, digest, sealed, keyRing.newest],
        ...[at, plan.name, plan.scopes, plan.expiresAt, plan.allowedAddresses],
        ...event,
      ],
    })
    if (rowCount !== 1) throw refuse('workspace_not_found')
    return keyId
  }
  const { db } = workspace.cell
  const write = () =>
    beside
      ? db.transaction(async (tx) => {
          const id = await insert(tx)
          await beside.write(tx)
          return id
        })
      : insert(db)
  const undo = () =>
    db.transaction(async (tx) => {
      // Nobody was given the key, so nobody needs to hear of it.
      await tx.delete(apiKeys).where(and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, workspace.id)))
      await retractActivity(tx, workspace.id, 'api_key', keyId)
      await beside?.undo(tx)
    })
  const place = { cellId: workspace.cell.id, subjectId: keyId }
  const claim = await claimed(directory, [{ kind: 'api_key', digest }], place, at, { write, undo })
  if (claim.taken) throw new Error('Two keys with one digest')
  const { name, scopes, expiresAt } = plan
  return {
    keyId,
    key,
    keyPrefix,
    name,
    showOnce,
    createdAt: at.toISOString(),
    ...(scopes ? { scopes } : {}),
    ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
  }
}
