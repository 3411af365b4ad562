import { and, eq } from 'drizzle-orm'
import type { createApiKey } from '#contract/api-keys.ts'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import { sha256 } from '../../crypto/digest.ts'
import { makeId } from '../../crypto/token.ts'
import { claimed } from '../../directory/two-store.ts'
import type { Actor } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { retractActivity } from '../activity/erase-activity.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { keyPrefixOf, makeKeyValue } from './key-format.ts'
import { sealKeyValue } from './key-seal.ts'
import { apiKeys } from './table.ts'

/** Issues a key for the actor's workspace. Reserve, write, confirm: the key works from the moment this returns, never before the
 *  row and its event stand. Refuses with store_unavailable when the reservation lapsed meanwhile; nothing stays then. */
export const issueApiKey = async (
  { directory, keyRing }: Pick<House, 'directory' | 'keyRing'>,
  actor: Actor,
  { name = 'API key', scopes }: Pick<Parsed<typeof createApiKey, 'body'>, 'name' | 'scopes'>,
  at: Date,
): Promise<Reply<typeof createApiKey>> => {
  const { workspace } = actor
  const keyId = makeId(at)
  const key = makeKeyValue()
  const keyPrefix = keyPrefixOf(key)
  const digest = sha256(key)
  const place = { cellId: workspace.cell.id, subjectId: keyId }
  const write = () =>
    workspace.cell.db.transaction(async (tx) => {
      await tx.insert(apiKeys).values({
        id: keyId,
        workspaceId: workspace.id,
        createdBy: actor.userId,
        name,
        keyPrefix,
        digest,
        sealed: sealKeyValue(keyRing, keyId, workspace.id, key),
        keyVersion: keyRing.newest,
        scopes: scopes?.length ? scopes : null,
        createdAt: at,
      })
      const subject = { id: keyId, name, metadata: { keyPrefix } }
      await recordActivity(tx, 'api_key/created', doerOf(actor), subject, at)
      return keyId
    })
  const undo = () => takeBack(workspace, keyId)
  const claim = await claimed(directory, [{ kind: 'api_key', digest }], place, at, { write, undo })
  if (claim.taken) throw new Error('Two keys with one digest')
  return { keyId, key, keyPrefix, name, ...(scopes?.length ? { scopes } : {}), createdAt: at.toISOString() }
}

/** Nobody was given the key, so nobody needs to hear of it. */
const takeBack = async ({ cell, id: workspaceId }: Actor['workspace'], keyId: string): Promise<void> => {
  await cell.db.transaction(async (tx) => {
    await tx.delete(apiKeys).where(and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, workspaceId)))
    await retractActivity(tx, workspaceId, 'api_key', keyId)
  })
}
