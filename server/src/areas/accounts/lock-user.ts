import { eq } from 'drizzle-orm'
import type { Tx } from '../../cells/database.ts'
import { users } from './table.ts'

export type UserRow = typeof users.$inferSelect

/** The person's row, locked for the rest of the transaction: changes of how somebody gets in happen one at a time, so that two at
 *  once cannot each leave the other's way as the last. It comes before every other lock of a person's rows, and before whatever the
 *  transaction asks of the directory. Throws when the account is gone. */
export const lockUser = async (tx: Tx, userId: string): Promise<UserRow> => {
  const [row] = await tx.select().from(users).where(eq(users.id, userId)).for('no key update')
  if (!row) throw new Error('This account is gone')
  return row
}
