import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../cells/database.ts'
import { apiKeys } from './table.ts'

/** Names of those API keys of a workspace that still exist, by id. */
export const findKeyNames = async (
  db: Db,
  workspaceId: string,
  keyIds: readonly string[],
): Promise<Map<string, string>> => {
  if (keyIds.length === 0) return new Map()
  const rows = await db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, [...keyIds])))
  return new Map(rows.map(({ id, name }) => [id, name]))
}
