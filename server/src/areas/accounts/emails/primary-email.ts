import { and, eq, isNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { emails, passwordResets } from '../table.ts'
import { findPrimaryEmail } from './find-email.ts'

/** Makes a verified address the one for notices and recovery. The one before is told; reset links mailed to it stop working. Refuses with
 *  email_not_found or email_not_verified. */
export const setPrimaryEmail = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  cell: Cell,
  self: Self,
  emailId: string,
  at: Date,
): Promise<void> => {
  const { userId } = self
  await cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(emails)
      .where(and(eq(emails.id, emailId), eq(emails.userId, userId)))
    if (!row) throw refuse('email_not_found')
    if (!row.verifiedAt) throw refuse('email_not_verified')
    if (row.isPrimary) return
    // A removal that died half-way has left the directory already; the janitor will take the row.
    const place = await house.directory.find({ kind: 'email', digest: row.digest })
    if (place?.subjectId !== userId) throw refuse('email_not_found')
    const before = await findPrimaryEmail(tx, house.keyRing, userId)
    await tx
      .update(emails)
      .set({ isPrimary: false })
      .where(and(eq(emails.userId, userId), eq(emails.isPrimary, true)))
    await tx.update(emails).set({ isPrimary: true }).where(eq(emails.id, emailId))
    await tx
      .update(passwordResets)
      .set({ usedAt: at })
      .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)))
    await recordSecurity(tx, self, 'primary_email_changed', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'primary-email-changed' }, before)
  })
}
