import { desc, eq } from 'drizzle-orm'
import type { listApiKeys as endpoint } from '#contract/api-keys.ts'
import type { Reply } from '#contract/endpoint.ts'
import type { Actor } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { loadDisplayNames } from '../accounts/profiles/profile.ts'
import { openKeyValue } from './key-seal.ts'
import { apiKeys } from './table.ts'

/** The keys of the workspace, newest first. The full value only for a session of the person who made it (SPEC 5.2): anybody else's
 *  key would be an escalation, and a key must not be able to read its neighbours. */
export const listApiKeys = async (
  { keyRing }: Pick<House, 'keyRing'>,
  actor: Actor,
): Promise<Reply<typeof endpoint>> => {
  const { cell, id: workspaceId } = actor.workspace
  const rows = await cell.db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.workspaceId, workspaceId))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
  const names = await loadDisplayNames(cell.db, [...new Set(rows.map((row) => row.createdBy))])
  const isCreator = (row: (typeof rows)[number]) =>
    actor.credential.kind === 'session' && row.createdBy === actor.userId
  return {
    keys: rows.map((row) => ({
      keyId: row.id,
      name: row.name,
      keyPrefix: row.keyPrefix,
      ...(isCreator(row) ? { key: openKeyValue(keyRing, row.id, workspaceId, row.sealed) } : {}),
      ...(row.scopes ? { scopes: row.scopes } : {}),
      ...(row.lastUsedAt ? { lastUsedAt: row.lastUsedAt.toISOString() } : {}),
      usageCount: row.usageCount,
      createdAt: row.createdAt.toISOString(),
      ...(names.has(row.createdBy) ? { createdBy: names.get(row.createdBy) } : {}),
    })),
  }
}
