import { sql } from 'drizzle-orm'
import type { Db, Tx } from '../../../cells/database.ts'

/** Takes away the chain of a workspace whose events go. The queue comes first: a linker at work holds what it took of it, so its links are
 *  there before ours look for them, and the next finds nothing. The directory's checkpoints stay: they hold nothing about anybody. */
export const eraseChain = async (tx: Tx, workspaceId: string): Promise<void> => {
  await tx.execute(sql`delete from activity_unlinked where workspace_id = ${workspaceId}`)
  await tx.execute(sql`delete from activity_heads where workspace_id = ${workspaceId}`)
  await tx.execute(sql`delete from activity_links where workspace_id = ${workspaceId}`)
  await tx.execute(sql`delete from activity_checkpoints where workspace_id = ${workspaceId}`)
}

/** How many links one statement takes away. */
const batchMax = 5000

/** The links of a chain of any length, statement by statement, ahead of the transaction that takes the rest. Safe to repeat. */
export const eraseLinks = async (db: Db, workspaceId: string): Promise<void> => {
  for (let gone = batchMax; gone === batchMax; ) {
    const { rowCount } = await db.execute(sql`
      delete from activity_links where workspace_id = ${workspaceId} and position in (
        select position from activity_links where workspace_id = ${workspaceId} order by position limit ${batchMax})`)
    gone = rowCount ?? 0
  }
}
