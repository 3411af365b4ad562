import { eq, sql } from 'drizzle-orm'
import { models } from '../table.ts'
import type { SeenModel } from '../visible.ts'

/** Counts a download. */
export const trackDownload = async ({ cell, model }: SeenModel): Promise<void> => {
  await cell.db
    .update(models)
    .set({ downloadCount: sql`least(${models.downloadCount}, 2147483646) + 1` })
    .where(eq(models.id, model.id))
}
