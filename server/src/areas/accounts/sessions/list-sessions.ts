import { and, desc, eq, gt } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { listSessions as endpoint } from '#contract/sessions.ts'
import { secondsAfter } from '../../../clock.ts'
import { openField } from '../../../crypto/seal.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
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
