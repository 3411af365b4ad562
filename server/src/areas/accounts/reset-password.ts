import { and, eq, gt, isNull } from 'drizzle-orm'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { openResetToken } from './forgot-password.ts'
import { hashPassword } from './password.ts'
import { passwordResets, sessions, users } from './table.ts'

/** Sets a new password with a mailed link, once, and ends every session. Refuses with invalid_reset_link when the link is not ours,
 *  too old or used. */
export const resetPassword = async (
  house: Pick<House, 'cells' | 'keyRing'>,
  { token, password }: { token: string; password: string },
  requestId: string,
  at: Date,
): Promise<void> => {
  const opened = openResetToken(house, token)
  if (!opened) throw refuse('invalid_reset_link')
  const { cell, resetId } = opened
  const passwordHash = await hashPassword(password)
  await cell.db.transaction(async (tx) => {
    const [reset] = await tx
      .update(passwordResets)
      .set({ usedAt: at })
      .where(
        and(eq(passwordResets.id, resetId), isNull(passwordResets.usedAt), gt(passwordResets.expiresAt, at)),
      )
      .returning({ userId: passwordResets.userId })
    if (!reset) throw refuse('invalid_reset_link')
    const { userId } = reset
    await tx.update(users).set({ passwordHash }).where(eq(users.id, userId))
    await tx.delete(sessions).where(eq(sessions.userId, userId))
    // Links asked for before this one must not work after it.
    await tx
      .update(passwordResets)
      .set({ usedAt: at })
      .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)))
    const subject = { name: 'Password', metadata: { kind: 'security', change: 'password_reset' } }
    await recordActivity(tx, 'settings/updated', { userId, workspaceId: userId, requestId }, subject, at)
  })
}
