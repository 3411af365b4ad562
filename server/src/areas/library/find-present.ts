import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../cells/database.ts'
import { datasets, models, projects } from './table.ts'

/** Those of these projects, models and datasets of a workspace that there are, in the trash or not. */
export const findPresent = async (
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const found = [projects, models, datasets].map((table) =>
    db
      .select({ id: table.id })
      .from(table)
      .where(and(eq(table.workspaceId, workspaceId), inArray(table.id, [...ids]))),
  )
  const rows = await Promise.all(found)
  return new Set(rows.flat().map(({ id }) => id))
}
