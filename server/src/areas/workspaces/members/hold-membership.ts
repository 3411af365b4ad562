import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { memberships } from '../table.ts'

/** Whether somebody is a member, and that they stay one until the transaction ends: what is written for a member does not outlive a
 *  removal that happens at the same moment. */
export const holdMembership = async (tx: Tx, workspaceId: string, userId: string): Promise<boolean> => {
  const rows = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
    .for('share')
  return rows.length > 0
}
