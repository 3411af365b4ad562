import { connectionOf, type Tx } from '../../../cells/database.ts'

/** Whether somebody is a member, and that they stay one until the transaction ends: what is written for a member does not outlive a
 *  removal that happens at the same moment. */
export const holdMembership = async (tx: Tx, workspaceId: string, userId: string): Promise<boolean> => {
  const { rowCount } = await connectionOf(tx).query({
    name: 'hold_membership',
    text: 'select from memberships where workspace_id = $1 and user_id = $2 for share',
    values: [workspaceId, userId],
  })
  return rowCount === 1
}
