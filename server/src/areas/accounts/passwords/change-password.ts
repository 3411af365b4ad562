import { and, eq, isNull, ne } from 'drizzle-orm'
import type { SessionCredential } from '../../../door/actor.ts'
import { requireRecent } from '../../../door/door.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { rotateSession } from '../sessions/session.ts'
import { takeTry } from '../sign-in/lock-out.ts'
import { passwordResets, sessions, users } from '../table.ts'
import { namesOf } from './names-of.ts'
import { hashPassword, requireUncommon, verifyPassword } from './password.ts'

/** Sets another password, or a first one. Ends every other session and every reset link under way, and returns this session's new cookie.
 *  Refuses with wrong_password; with reauthentication_required when there is no password to ask for and the last proof is too old;
 *  with password_too_common; with sign_in_locked after too many wrong ones. */
export const changePassword = async (
  house: Pick<House, 'keyRing' | 'rate'>,
  session: SessionCredential,
  self: Self,
  given: { currentPassword?: string | undefined; newPassword: string },
  at: Date,
): Promise<string> => {
  const { cell } = session
  const { userId } = self
  const [user] = await cell.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new Error('This account is gone')
  // A counter of its own, forgotten once all is done: whoever knows the password must not clear the one that guards the second factor.
  const subject = `change-password:${userId}`
  if (user.passwordHash === null) requireRecent(session, at)
  else {
    await takeTry(house, subject, 'sign_in_locked', at)
    if (!(await verifyPassword(user.passwordHash, given.currentPassword ?? '')))
      throw refuse('wrong_password')
  }
  requireUncommon(given.newPassword, await namesOf(cell.db, house.keyRing, userId), 'newPassword')
  const passwordHash = await hashPassword(given.newPassword)
  const cookie = await cell.db.transaction(async (tx) => {
    const now = await lockUser(tx, userId)
    // Changed meanwhile by somebody else who knew it, or by a reset.
    if (now.passwordHash !== user.passwordHash) throw refuse('wrong_password')
    await tx.update(users).set({ passwordHash }).where(eq(users.id, userId))
    await tx.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.id, session.sessionId)))
    await tx
      .update(passwordResets)
      .set({ usedAt: at })
      .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)))
    await recordSecurity(tx, self, 'password_changed', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'password-changed' })
    return rotateSession(tx, session, at)
  })
  await house.rate.forget(subject)
  return cookie
}
