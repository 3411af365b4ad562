import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import type { EntryKey } from '../../directory/directory.ts'
import type { Settlement } from '../../directory/janitor.ts'
import { released } from '../../directory/two-store.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { type Doer, recordActivity, recordAll } from '../activity/record-activity.ts'
import type { DropKeys } from '../workspaces/members/drop-member.ts'
import { findSeenKey } from './own-key.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

/** Revokes a key: its directory entry goes, then its row and its event commit. Access has ended when this returns; the janitor finishes
 *  what dies in between. Refuses with api_key_not_found, also for the second of two at once. */
export const revokeApiKey = async (
  { directory }: Pick<House, 'directory'>,
  actor: Actor,
  keyId: string,
  at: Date,
): Promise<{ deleted: true; keyId: string }> => {
  const { cell } = actor.workspace
  const doer = doerOf(actor)
  const { userId, apiKeyId, requestId } = doer
  const by = { userId, ...(apiKeyId ? { apiKeyId } : {}), ...(requestId ? { requestId } : {}) }
  return released(directory, cell, by, at, async (tx) => {
    await findSeenKey(tx, actor, keyId)
    const gone = await dropKey(tx, keyId, doer, at)
    if (!gone) throw refuse('api_key_not_found')
    return { entries: [entryOf(gone)], result: { deleted: true, keyId } as const }
  })
}

/** Takes the row away and tells of it. The second of two finds nothing to tell. */
const dropKey = async (
  tx: Tx,
  keyId: string,
  by: Omit<Doer, 'workspaceId'>,
  at: Date,
): Promise<ApiKeyRow | undefined> => {
  const [gone] = await tx.delete(apiKeys).where(eq(apiKeys.id, keyId)).returning()
  if (!gone) return undefined
  const doer = { ...by, workspaceId: gone.workspaceId }
  await recordActivity(tx, 'api_key/deleted', doer, subjectOf(gone), at)
  return gone
}

const subjectOf = ({ id, name, keyPrefix }: ApiKeyRow) => ({ id, name, metadata: { keyPrefix } })

const entryOf = ({ digest }: Pick<ApiKeyRow, 'digest'>): EntryKey => ({ kind: 'api_key', digest })

/** Revokes what a member made in a workspace they are leaving: nothing of theirs goes on acting there, nor wakes up should they come
 *  back one day. */
export const dropKeysOf: DropKeys = async (tx, doer, { workspaceId, userId }, at) => {
  const isOwn = and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.createdBy, userId))
  // In the order in which uses are written, or the two could wait for each other.
  await tx.select({ id: apiKeys.id }).from(apiKeys).where(isOwn).orderBy(apiKeys.id).for('update')
  const gone = await tx.delete(apiKeys).where(isOwn).returning()
  const by = { ...doer, workspaceId }
  await recordAll(
    tx,
    gone.map((key) => ({ event: 'api_key/deleted', doer: by, subject: subjectOf(key) })),
    at,
  )
  return gone.map(entryOf)
}

/** Keys of a workspace that is going, for the directory to forget. */
export const listKeyEntries = async ({ db }: Cell, workspaceId: string): Promise<EntryKey[]> =>
  (await db.select({ digest: apiKeys.digest }).from(apiKeys).where(eq(apiKeys.workspaceId, workspaceId))).map(
    entryOf,
  )

/** What the janitor needs to know about keys. */
export const apiKeySettlement = ({ cells }: Pick<House, 'cells'>): Settlement => ({
  async isWritten({ cellId, subjectId }) {
    const rows = await cells
      .get(cellId)
      .db.select({ id: apiKeys.id })
      .from(apiKeys)
      .where(eq(apiKeys.id, subjectId))
    return rows.length > 0
  },
  async remove({ cellId, subjectId }, by, at) {
    await cells.get(cellId).db.transaction((tx) => dropKey(tx, subjectId, by ?? { userId: '' }, at))
  },
})
