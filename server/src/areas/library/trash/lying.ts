import { and, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { trashEmptyings, trashItems } from './table.ts'

/** Up to which item the trash of a workspace was emptied; 0 when it never was. */
const emptiedUpTo = (workspaceId: string): SQL => sql`coalesce((
  select max(${trashEmptyings.upTo}) from ${trashEmptyings} where ${trashEmptyings.workspaceId} = ${workspaceId}), 0)`

/** What lies in the trash of a workspace, for everybody to see. */
export const lyingIn = (workspaceId: string): SQL | undefined =>
  and(
    eq(trashItems.workspaceId, workspaceId),
    isNull(trashItems.doomedAt),
    gt(trashItems.seq, emptiedUpTo(workspaceId)),
  )

/** What is going for good: deleted singly, over its time, or there when the trash was emptied. */
export const doomedIn = (workspaceId: string): SQL | undefined =>
  and(
    eq(trashItems.workspaceId, workspaceId),
    or(isNotNull(trashItems.doomedAt), lte(trashItems.seq, emptiedUpTo(workspaceId))),
  )
