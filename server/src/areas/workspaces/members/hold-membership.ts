import { connectionOf, type Tx } from '../../../cells/database.ts'

/** Whether somebody is a member, and that they stay one until the transaction ends: what is written for a member does not outlive a
 *  removal that happens at the same moment. */
export const holdMembership = async (tx: Tx, workspaceId: string, userId: string): Promise<boolean> => {
  const { rowCount } = await connectionOf(tx).query({
    name: 'hold_membership',
    text: heldMembership(1, 2),
    values: [workspaceId, userId],
  })
  return rowCount === 1
}

/** The same as part of a longer statement: one row where the parameters of these numbers are a workspace and its member. */
export const heldMembership = (workspace: number, user: number): string =>
  `select from memberships where workspace_id = $${workspace} and user_id = $${user} for share`
