import { and, desc, eq, gt, ne } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { listSessions as endpoint } from '#contract/sessions.ts'
import { secondsAfter } from '../../../clock.ts'
import { openField } from '../../../crypto/seal.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { sessions } from '../table.ts'
import { describeClient } from './describe-client.ts'
import { clientIdentity } from './session.ts'

/** A person's live sessions, most recently active first. */
export const listSessions = async (
  { keyRing, config }: Pick<House, 'keyRing' | 'config'>,
  current: SessionCredential,
  userId: string,
  at: Date,
): Promise<Received<typeof endpoint>['sessions']> => {
  const { db } = current.cell
  const rows = await db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        gt(sessions.expiresAt, at),
        gt(sessions.lastActiveAt, secondsAfter(at, -config.sessionIdleSeconds)),
      ),
    )
    .orderBy(desc(sessions.lastActiveAt), desc(sessions.id))
    .limit(200)
  const dataKey = await loadDataKey(db, keyRing, userId)
  return rows.map((row) => {
    const client = JSON.parse(openField(dataKey, clientIdentity(row.id), row.clientSealed))
    const { ip, userAgent } = client as { ip: string; userAgent: string }
    return {
      id: row.id,
      current: row.id === current.sessionId,
      ...describeClient(userAgent),
      ip,
      methods: methodsOf(row),
      createdAt: row.createdAt.toISOString(),
      lastActiveAt: row.lastActiveAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    }
  })
}

type Methods = Received<typeof endpoint>['sessions'][number]['methods']

/** A passkey is both steps in one. */
const methodsOf = ({ methods, secondFactor }: typeof sessions.$inferSelect): Methods =>
  secondFactor === null || methods.includes('passkey') ? methods : [...methods, 'second-factor']

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
