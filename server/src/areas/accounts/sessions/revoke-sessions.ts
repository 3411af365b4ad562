import { and, eq, ne } from 'drizzle-orm'
import type { SessionCredential } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { sessions } from '../table.ts'

/** Ends one of a person's sessions; the next request with its cookie, on whichever node, is refused. Refuses with session_not_found. */
export const revokeSession = async (
  { cell: { db } }: SessionCredential,
  self: Self,
  sessionId: string,
  at: Date,
): Promise<void> => {
  await db.transaction(async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, self.userId)))
      .returning({ id: sessions.id })
    if (ended.length === 0) throw refuse('session_not_found')
    await recordSecurity(tx, self, 'sessions_revoked', at, { count: 1 })
  })
}

/** Ends all of a person's sessions but the one that asks, and returns how many those were. */
export const revokeOtherSessions = async (
  { cell: { db }, sessionId }: SessionCredential,
  self: Self,
  at: Date,
): Promise<number> =>
  db.transaction(async (tx) => {
    const ended = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, self.userId), ne(sessions.id, sessionId)))
      .returning({ id: sessions.id })
    if (ended.length > 0) await recordSecurity(tx, self, 'sessions_revoked', at, { count: ended.length })
    return ended.length
  })
