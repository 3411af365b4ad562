import { and, eq, sql } from 'drizzle-orm'
import type { ResourceType } from '#contract/activity.ts'
import type { Db, Tx } from '../../cells/database.ts'
import { activityEvents } from './table.ts'

/** Takes away the whole feed of a workspace, in the transaction that takes the account away. Beside those
 *  below, nothing ever removes an event. */
export const eraseActivity = async (tx: Tx, workspaceId: string): Promise<void> => {
  await tx.delete(activityEvents).where(eq(activityEvents.workspaceId, workspaceId))
}

/** How many events one statement takes away. */
const batchMax = 5000

/** The same for a feed of any length, statement by statement, ahead of the transaction that takes the workspace away. Safe to repeat. */
export const eraseFeed = async (db: Db, workspaceId: string): Promise<void> => {
  for (let gone = batchMax; gone === batchMax; ) {
    const { rowCount } = await db.execute(sql`
      delete from activity_events where seq in (
        select seq from activity_events where workspace_id = ${workspaceId} limit ${batchMax})`)
    gone = rowCount ?? 0
  }
}

/** Takes back what was told of something that did not come to be, in the transaction that takes it away. */
export const retractActivity = async (
  tx: Tx,
  workspaceId: string,
  resourceType: ResourceType,
  resourceId: string,
): Promise<void> => {
  await tx
    .delete(activityEvents)
    .where(
      and(
        eq(activityEvents.workspaceId, workspaceId),
        eq(activityEvents.resourceType, resourceType),
        eq(activityEvents.resourceId, resourceId),
      ),
    )
}

/** The same for one event, by its id. */
export const retractEvent = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(activityEvents).where(eq(activityEvents.id, id))
}
