import { and, eq, gt, lt, or } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import { secondsAfter } from '../../clock.ts'
import { sha256 } from '../../crypto/digest.ts'
import { type DataKey, sealField } from '../../crypto/seal.ts'
import { makeId, makeToken } from '../../crypto/token.ts'
import type { ClientDetails, Credential } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { sessions } from './table.ts'

type Client = Pick<ClientDetails, 'ip' | 'userAgent'>

/** How stale the last activity may get before it is written: a session costs no write per request. Well within the idle time, or
 *  somebody active would be signed out. */
const activitySeconds = (idleSeconds: number): number => Math.min(60, idleSeconds / 2)

/** Opens a session and returns its cookie value: the cell it lives in and a random token, of which only the hash is stored. */
export const openSession = async (
  tx: Tx,
  { config }: Pick<House, 'config'>,
  cell: Cell,
  { userId, dataKey, client }: { userId: string; dataKey: DataKey; client: Client },
  at: Date,
): Promise<string> => {
  const id = makeId(at)
  const token = makeToken()
  const { ip, userAgent } = client
  await tx.insert(sessions).values({
    id,
    userId,
    tokenHash: sha256(token),
    clientSealed: sealField(dataKey, `sessions.client:${id}`, JSON.stringify({ ip, userAgent })),
    createdAt: at,
    lastActiveAt: at,
    expiresAt: secondsAfter(at, config.sessionAbsoluteSeconds),
  })
  return `${cell.id}.${token}`
}

/** Where a session cookie says its session is. Anybody can write a cookie, so nothing here is trusted yet. */
const locate = (cells: House['cells'], cookie: string): { cell: Cell; tokenHash: Buffer } | undefined => {
  const match = /^([a-z]{2}-\d{1,4})\.([A-Za-z0-9_-]{43})$/.exec(cookie)
  const cell = match && cells.find(match[1] ?? '')
  return cell ? { cell, tokenHash: sha256(match[2] ?? '') } : undefined
}

/** The live session of a cookie: not ended, not past its absolute age, and used within the idle time (SPEC 2). */
export const findSession = async (
  { cells, config }: Pick<House, 'cells' | 'config'>,
  cookie: string,
  at: Date,
): Promise<{ userId: string; credential: Extract<Credential, { kind: 'session' }> } | undefined> => {
  const place = locate(cells, cookie)
  if (!place) return undefined
  const { cell, tokenHash } = place
  const [row] = await cell.db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.tokenHash, tokenHash),
        gt(sessions.expiresAt, at),
        gt(sessions.lastActiveAt, secondsAfter(at, -config.sessionIdleSeconds)),
      ),
    )
  if (!row) return undefined
  if (row.lastActiveAt < secondsAfter(at, -activitySeconds(config.sessionIdleSeconds)))
    await cell.db
      .update(sessions)
      .set({ lastActiveAt: at })
      .where(and(eq(sessions.id, row.id), lt(sessions.lastActiveAt, at)))
  const { id: sessionId, createdAt, expiresAt } = row
  return { userId: row.userId, credential: { kind: 'session', sessionId, cell, createdAt, expiresAt } }
}

/** Ends the session of a cookie. Safe to repeat. */
export const endSession = async (
  { cells }: Pick<House, 'cells'>,
  cookie: string | undefined,
): Promise<void> => {
  const place = cookie === undefined ? undefined : locate(cells, cookie)
  if (place) await place.cell.db.delete(sessions).where(eq(sessions.tokenHash, place.tokenHash))
}

/** Removes sessions that no longer open anything. */
export const sweepSessions = async (
  { cells, config }: Pick<House, 'cells' | 'config'>,
  at: Date,
): Promise<void> => {
  // Side by side: a cell that is away keeps no other from being swept.
  await Promise.all(
    cells.all.map((cell) =>
      cell.db
        .delete(sessions)
        .where(
          or(
            lt(sessions.expiresAt, at),
            lt(sessions.lastActiveAt, secondsAfter(at, -config.sessionIdleSeconds)),
          ),
        ),
    ),
  )
}
