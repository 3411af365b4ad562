import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity } from '../security-event.ts'
import { signInSubject } from '../sign-in/lock-out.ts'
import { passwordResets, sessions, users } from '../table.ts'
import { openResetToken } from './forgot-password.ts'
import { namesOf } from './names-of.ts'
import { hashPassword, requireUncommon } from './password.ts'

/** Sets a new password with a mailed link, once, and ends every session. Refuses with invalid_reset_link when the link is not ours,
 *  too old or used, and with password_too_common. A second factor stays what it was: the link proves an address, not a person. Returns the cell where the sessions ended. */
export const resetPassword = async (
  house: Pick<House, 'cells' | 'keyRing' | 'rate'>,
  { token, password }: { token: string; password: string },
  { requestId, ip }: { requestId: string; ip: string },
  at: Date,
): Promise<Cell> => {
  const opened = openResetToken(house, token)
  if (!opened) throw refuse('invalid_reset_link')
  const { cell, resetId } = opened
  const open = and(
    eq(passwordResets.id, resetId),
    isNull(passwordResets.usedAt),
    gt(passwordResets.expiresAt, at),
  )
  const [asked] = await cell.db.select().from(passwordResets).where(open)
  if (!asked) throw refuse('invalid_reset_link')
  const { userId } = asked
  requireUncommon(password, await namesOf(cell.db, house.keyRing, userId))
  const passwordHash = await hashPassword(password)
  await cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const [reset] = await tx
      .update(passwordResets)
      .set({ usedAt: at })
      .where(open)
      .returning({ id: passwordResets.id })
    if (!reset) throw refuse('invalid_reset_link')
    await tx.update(users).set({ passwordHash }).where(eq(users.id, userId))
    await tx.delete(sessions).where(eq(sessions.userId, userId))
    // Links asked for before this one must not work after it.
    await tx
      .update(passwordResets)
      .set({ usedAt: at })
      .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)))
    await recordSecurity(tx, { userId, requestId }, 'password_reset', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'password-changed' })
  })
  // Whoever was locked out here has just shown the way to the mailbox.
  await house.rate.forget(signInSubject(userId, ip))
  return cell
}
