/** Part of a statement: one row where the parameters of these numbers are a workspace and its member, who stays one until the transaction
 *  ends. So what is written for a member does not outlive a removal that happens at the same moment. */
export const heldMembership = (workspace: number, user: number): string =>
  `select from memberships where workspace_id = $${workspace} and user_id = $${user} for share`
