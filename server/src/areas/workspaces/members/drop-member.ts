import { and, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import type { EntryKey } from '../../../directory/directory.ts'
import type { Doer } from '../../activity/record-activity.ts'
import { memberships } from '../table.ts'
import { recordMember } from './member-event.ts'

/** Takes away the keys somebody made in a workspace and names their directory entries. `app.ts` hands in the api-keys area's answer. */
export type DropKeys = (
  tx: Tx,
  doer: Doer,
  member: { workspaceId: string; userId: string },
  at: Date,
) => Promise<EntryKey[]>

/** Takes a member out of a workspace, with the keys they made there, and tells of it. Owners stay: they hand over first. Finds nothing to
 *  do when they are gone already. Returns the directory entries of the keys. */
export const dropMember = async (
  tx: Tx,
  doer: Doer,
  { workspaceId, userId }: { workspaceId: string; userId: string },
  dropKeys: DropKeys,
  at: Date,
): Promise<EntryKey[]> => {
  const [gone] = await tx
    .delete(memberships)
    .where(
      and(
        eq(memberships.workspaceId, workspaceId),
        eq(memberships.userId, userId),
        ne(memberships.role, 'owner'),
      ),
    )
    .returning()
  if (!gone) return []
  const change = doer.userId === userId ? 'member_left' : 'member_removed'
  await recordMember(tx, doer, change, { userId, before: gone.role }, at)
  return dropKeys(tx, doer, { workspaceId, userId }, at)
}
