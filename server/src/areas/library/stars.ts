import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../cells/database.ts'
import { datasetStars, datasets, modelStars, models, projectStars, projects } from './table.ts'

/** What can be given a star. */
export type Starred = 'project' | 'model' | 'dataset'

const starsOf = { project: projectStars, model: modelStars, dataset: datasetStars } as const
const thingsOf = { project: projects, model: models, dataset: datasets } as const

/** Gives or takes somebody's star, and counts it with the same commit. Safe to repeat. */
export const setStar = async (
  tx: Tx,
  kind: Starred,
  { id, userId }: { id: string; userId: string },
  starred: boolean,
  at: Date,
): Promise<void> => {
  const [stars, things] = [starsOf[kind], thingsOf[kind]]
  const changed = starred
    ? await tx
        .insert(stars)
        .values({ resourceId: id, userId, createdAt: at })
        .onConflictDoNothing()
        .returning()
    : await tx
        .delete(stars)
        .where(and(eq(stars.resourceId, id), eq(stars.userId, userId)))
        .returning()
  if (changed.length === 0) return
  await tx
    .update(things)
    .set({ starCount: sql`${things.starCount} + ${starred ? 1 : -1}` })
    .where(eq(things.id, id))
}

/** Which of these somebody gave a star. Nobody gave none. */
export const listStarred = async (
  db: Db,
  kind: Starred,
  ids: readonly string[],
  userId: string | undefined,
): Promise<Set<string>> => {
  if (ids.length === 0 || userId === undefined) return new Set()
  const stars = starsOf[kind]
  const rows = await db
    .select({ id: stars.resourceId })
    .from(stars)
    .where(and(eq(stars.userId, userId), inArray(stars.resourceId, [...ids])))
  return new Set(rows.map(({ id }) => id))
}
