import { and, eq } from 'drizzle-orm'
import type { Role } from '#contract/permissions.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { lockWorkspace } from '../storage.ts'
import { type MembershipRow, memberships, type WorkspaceRow } from '../table.ts'

/** Opens a change of who belongs to a workspace: changes of one workspace happen one at a time, and the actor's role is the one of now,
 *  not of when the request began. Refuses with workspace_not_found when the actor is no member any more. */
export const lockTeam = async (
  tx: Tx,
  { workspace, userId }: Pick<Actor, 'workspace' | 'userId'>,
): Promise<{ row: WorkspaceRow; role: Role }> => {
  const row = await lockWorkspace(tx, workspace.id)
  const own = await findMember(tx, workspace.id, userId)
  if (!own) throw refuse('workspace_not_found')
  return { row, role: own.role }
}

export const findMember = async (
  tx: Db | Tx,
  workspaceId: string,
  userId: string,
): Promise<MembershipRow | undefined> => {
  const [row] = await tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
  return row
}
