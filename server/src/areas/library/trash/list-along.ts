import { and, count, desc, eq, ilike, sql } from 'drizzle-orm'
import type { TrashItem } from '#contract/trash.ts'
import type { Db } from '../../../cells/database.ts'
import { models, projects, uploads } from '../table.ts'
import { daysRemaining } from './kept-days.ts'
import { lyingIn } from './lying.ts'
import { trashItems } from './table.ts'

type Asked = { parent: string; search?: string | undefined; page: number; limit: number }

/** The models that went along with a project in the trash, newest first. Nothing when it does not lie there. They are no items of their
 *  own: they stay or go with their project. */
export const listAlong = async (
  db: Db,
  workspaceId: string,
  { parent, search, page, limit }: Asked,
  at: Date,
): Promise<{ items: TrashItem[]; total: number }> => {
  const matching = and(
    lyingIn(workspaceId),
    eq(trashItems.type, 'project'),
    eq(trashItems.resourceId, parent),
    search ? ilike(models.name, `%${search.replace(/[\\%_]/g, '\\$&')}%`) : undefined,
  )
  const rows = await db
    .select({
      model: { _id: models.id, name: models.name, slug: models.slug },
      parentProject: { _id: projects.id, name: projects.name, slug: projects.slug },
      trashedAt: trashItems.trashedAt,
      sizeBytes: sql`coalesce((
        select sum(size_bytes) from ${uploads} where ${uploads.modelId} = ${models.id}), 0)`.mapWith(Number),
    })
    .from(models)
    .innerJoin(trashItems, eq(trashItems.id, models.trashBatchId))
    .innerJoin(projects, eq(projects.id, models.projectId))
    .where(matching)
    .orderBy(desc(models.id))
    .limit(limit)
    .offset((page - 1) * limit)
  const [total] = await db
    .select({ n: count() })
    .from(models)
    .innerJoin(trashItems, eq(trashItems.id, models.trashBatchId))
    .where(matching)
  return {
    items: rows.map(({ model, parentProject, trashedAt, sizeBytes }) => ({
      ...model,
      type: 'model',
      trashedAt: trashedAt.toISOString(),
      daysRemaining: daysRemaining(trashedAt, at),
      parentProject: { ...parentProject, inTrash: true },
      sizeBytes,
    })),
    total: total?.n ?? 0,
  }
}
