import { and, eq } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import type { Config } from '../../config.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

/** Refuses with workspace_owner_required where this installation lets only owners make, see and revoke keys (SPEC 5.2). */
export const requireKeyPolicy = (
  { keyPolicy }: Pick<Config, 'keyPolicy'>,
  { role, workspace }: Pick<Actor, 'role' | 'workspace'>,
): void => {
  if (keyPolicy === 'owner-only' && role !== 'owner')
    throw refuse('workspace_owner_required', {
      hint: `In this installation only the owner of ${workspace.username} manages its keys.`,
      needs: { role: 'owner' },
    })
}

/** Whether somebody sees a key of the workspace: their own, and for owners and admins everybody's (SPEC 5.2). */
export const maySee = ({ role, userId }: Pick<Actor, 'role' | 'userId'>, key: Pick<ApiKeyRow, 'createdBy'>) =>
  key.createdBy === userId || role === 'owner' || role === 'admin'

/** A key that the actor sees. Refuses with api_key_not_found, alike for one that is not there and one they do not see. */
export const findSeenKey = async (db: Db | Tx, actor: Actor, keyId: string): Promise<ApiKeyRow> => {
  const [key] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, keyId), eq(apiKeys.workspaceId, actor.workspace.id)))
  if (!key || !maySee(actor, key)) throw refuse('api_key_not_found')
  return key
}

/** The same, locked for the rest of the transaction: what is told of a change is what it was. */
export const lockSeenKey = async (tx: Tx, actor: Actor, keyId: string): Promise<ApiKeyRow> => {
  await tx.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.id, keyId)).for('update')
  return findSeenKey(tx, actor, keyId)
}

/** Who paused a key resumes it, and so do owners and admins: a maker does not overrule them. Refuses with permission_denied. */
export const requireMayResume = (actor: Actor, { pausedBy }: Pick<ApiKeyRow, 'pausedBy'>): void => {
  const { role, userId } = actor
  if (pausedBy === null || pausedBy === userId || role === 'owner' || role === 'admin') return
  throw refuse('permission_denied', {
    hint: 'An owner or admin paused this key. One of them can resume it.',
    needs: { role: 'admin' },
  })
}

/** Refuses with key_not_yours. */
export const requireOwn = ({ userId }: Pick<Actor, 'userId'>, key: Pick<ApiKeyRow, 'createdBy'>): void => {
  if (key.createdBy !== userId) throw refuse('key_not_yours')
}
