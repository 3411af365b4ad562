import { and, eq } from 'drizzle-orm'
import { sha256 } from '../../../crypto/digest.ts'
import type { EntryKey } from '../../../directory/directory.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import type { House } from '../../../house.ts'
import { memberships } from '../table.ts'
import { type DropKeys, dropMember } from './drop-member.ts'

/** A membership in the directory: the pair of opaque ids, so that a person's workspaces can be found in whichever cell they are. */
export const memberEntry = (workspaceId: string, userId: string): EntryKey => ({
  kind: 'membership',
  digest: sha256(`membership ${workspaceId} ${userId}`),
  memberId: userId,
})

/** What the janitor needs to know about memberships. `memberId` of an entry is whose it is. */
export const memberSettlement = (
  { cells, directory }: Pick<House, 'cells' | 'directory'>,
  dropKeys: DropKeys,
): Settlement => ({
  async isWritten({ cellId, subjectId }, { memberId }) {
    const rows = await cells
      .get(cellId)
      .db.select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.workspaceId, subjectId), eq(memberships.userId, memberId ?? '')))
    return rows.length > 0
  },
  async remove({ cellId, subjectId }, by, at, { memberId }) {
    if (!memberId) return
    const doer = { ...(by ?? { userId: memberId }), workspaceId: subjectId }
    const keys = await cells
      .get(cellId)
      .db.transaction((tx) =>
        dropMember(tx, doer, { workspaceId: subjectId, userId: memberId }, dropKeys, at),
      )
    await directory.release(keys, { userId: doer.userId }, at)
    await directory.forget(keys)
  },
})
