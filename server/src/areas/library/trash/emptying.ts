import { and, count, desc, eq, lte } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { getTrashJob } from '#contract/trash.ts'
import type { Db } from '../../../cells/database.ts'
import { trashEmptyings, trashItems } from './table.ts'

/** How far an emptying of this workspace has come: the one of this id, or the newest. Undefined when there is none. What is done is what
 *  has gone of what lay there, so nothing has to be counted along. */
export const findEmptying = async (
  db: Db,
  workspaceId: string,
  jobId?: string,
): Promise<Reply<typeof getTrashJob> | undefined> => {
  const [emptying] = await db
    .select()
    .from(trashEmptyings)
    .where(
      and(
        eq(trashEmptyings.workspaceId, workspaceId),
        jobId === undefined ? undefined : eq(trashEmptyings.id, jobId),
      ),
    )
    .orderBy(desc(trashEmptyings.upTo), desc(trashEmptyings.id))
    .limit(1)
  if (!emptying) return undefined
  const { id, upTo, itemCount, startedAt } = emptying
  const [left] = await db
    .select({ n: count() })
    .from(trashItems)
    .where(and(eq(trashItems.workspaceId, workspaceId), lte(trashItems.seq, upTo)))
  const remaining = left?.n ?? 0
  return {
    jobId: id,
    total: itemCount,
    done: Math.max(0, itemCount - remaining),
    finished: remaining === 0,
    startedAt: startedAt.toISOString(),
  }
}
