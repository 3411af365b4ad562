import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Settlement } from '../../directory/janitor.ts'
import type { ReleasedBy } from '../../directory/table.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { apiKeys } from './table.ts'

/** Revokes a key. Access ends with the directory entry, before anything else can fail; the row and its event follow in one
 *  transaction, finished by the janitor should this process die in between. Refuses with api_key_not_found. */
export const revokeApiKey = async (
  { directory }: Pick<House, 'directory'>,
  actor: Actor,
  keyId: string,
  at: Date,
): Promise<{ deleted: true; keyId: string }> => {
  const { id: workspaceId, cell } = actor.workspace
  const [key] = await cell.db
    .select({ digest: apiKeys.digest })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, workspaceId)))
  if (!key) throw refuse('api_key_not_found')
  const entry = { kind: 'api_key', digest: key.digest } as const
  const { userId, apiKeyId, requestId } = doerOf(actor)
  await directory.release(
    entry,
    { userId, ...(apiKeyId ? { apiKeyId } : {}), ...(requestId ? { requestId } : {}) },
    at,
  )
  await removeKey(cell, keyId, doerOf(actor), at)
  await directory.forget(entry)
  return { deleted: true, keyId }
}

/** Takes the row away and tells of it. The second of two finds nothing to tell. */
const removeKey = async (cell: Cell, keyId: string, by: ReleasedBy, at: Date): Promise<void> => {
  await cell.db.transaction(async (tx) => {
    const [gone] = await tx.delete(apiKeys).where(eq(apiKeys.id, keyId)).returning()
    if (!gone) return
    const subject = { id: gone.id, name: gone.name, metadata: { keyPrefix: gone.keyPrefix } }
    await recordActivity(tx, 'api_key/deleted', { ...by, workspaceId: gone.workspaceId }, subject, at)
  })
}

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
    await removeKey(cells.get(cellId), subjectId, by ?? { userId: '' }, at)
  },
})
