import { desc, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { emails } from '../table.ts'
import { type EmailView, emailView } from './email-view.ts'

/** A person's addresses, the primary one first, then as they were added. */
export const listEmails = async (
  house: Pick<House, 'config' | 'keyRing'>,
  { db }: Cell,
  userId: string,
): Promise<EmailView[]> => {
  const rows = await db
    .select()
    .from(emails)
    .where(eq(emails.userId, userId))
    .orderBy(desc(emails.isPrimary), emails.createdAt, emails.id)
  const dataKey = await loadDataKey(db, house.keyRing, userId)
  return rows.map((row) => emailView(house, dataKey, row))
}
