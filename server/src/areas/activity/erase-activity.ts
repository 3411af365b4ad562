import { eq } from 'drizzle-orm'
import type { Tx } from '../../cells/database.ts'
import { activityEvents } from './table.ts'

/** Takes away the whole feed of a workspace, in the transaction that takes the account away. Nothing else ever removes an event. */
export const eraseActivity = async (tx: Tx, workspaceId: string): Promise<void> => {
  await tx.delete(activityEvents).where(eq(activityEvents.workspaceId, workspaceId))
}
