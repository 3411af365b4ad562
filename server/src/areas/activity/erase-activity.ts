import { and, eq } from 'drizzle-orm'
import type { ResourceType } from '#contract/activity.ts'
import type { Tx } from '../../cells/database.ts'
import { activityEvents } from './table.ts'

/** Takes away the whole feed of a workspace, in the transaction that takes the account away. Beside the one below,
 *  nothing ever removes an event. */
export const eraseActivity = async (tx: Tx, workspaceId: string): Promise<void> => {
  await tx.delete(activityEvents).where(eq(activityEvents.workspaceId, workspaceId))
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
