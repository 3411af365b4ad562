import type { Tx } from '../../cells/database.ts'
import { memberships, workspaces } from './table.ts'

/** Gives a person their own workspace, of which they are the owner. It has their id. */
export const createPersonalWorkspace = async (tx: Tx, userId: string, at: Date): Promise<void> => {
  await tx.insert(workspaces).values({ id: userId, accountType: 'personal', createdAt: at })
  await tx.insert(memberships).values({ workspaceId: userId, userId, role: 'owner', joinedAt: at })
}
