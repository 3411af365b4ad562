import { and, arrayContains, eq, gt, isNull, lt, ne, or } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { sha256 } from '../../../crypto/digest.ts'
import { sealField } from '../../../crypto/seal.ts'
import { makeId, makeToken } from '../../../crypto/token.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity } from '../security-event.ts'
import { type SignInMethod, sessions } from '../table.ts'
import { describeClient, isBrowserLike } from './describe-client.ts'
import { type Client, noteDevice } from './known-device.ts'

export type OpenedBy = {
  methods: readonly SignInMethod[]
  /** 'totp', 'recovery-code' or the id of a passkey. */
  secondFactor: string | null
}

/** How stale the last activity may get before it is written: a session costs no write per request. Well within the idle time, or
 *  somebody active would be signed out. */
const activitySeconds = (idleSeconds: number): number => Math.min(60, idleSeconds / 2)

/** Opens a session. Its cookie value is the cell it lives in and a random token, of which only the hash is stored. A sign-in from a
 *  browser that this person has not used before is told by mail. */
export const openSession = async (
  tx: Tx,
  house: Pick<House, 'config' | 'keyRing'>,
  cell: Cell,
  { userId, client, by }: { userId: string; client: Client; by: OpenedBy },
  at: Date,
): Promise<string> => {
  const id = makeId(at)
  const token = makeToken()
  const { ip, userAgent } = client
  const dataKey = await loadDataKey(tx, house.keyRing, userId)
  await tx.insert(sessions).values({
    id,
    userId,
    tokenHash: sha256(token),
    clientSealed: sealField(dataKey, clientIdentity(id), JSON.stringify({ ip, userAgent })),
    createdAt: at,
    lastActiveAt: at,
    expiresAt: secondsAfter(at, house.config.sessionAbsoluteSeconds),
    authenticatedAt: at,
    methods: [...by.methods],
    secondFactor: by.secondFactor,
  })
  if ((await noteDevice(tx, userId, client.device, at)) === 'new') {
    const device = nameForMail(userAgent)
    await recordSecurity(tx, { userId }, 'signed_in_from_new_device', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'new-device', device, ip, at: at.toISOString() })
  }
  return `${cell.id}.${token}`
}

/** A mail repeats the names of browsers that we know, and never the text that a client gives itself. */
const nameForMail = (userAgent: string): string => {
  const { browser, os } = describeClient(userAgent)
  if (!isBrowserLike(userAgent.trim())) return 'a program, or a browser we do not know'
  return os ? `${browser} on ${os}` : browser
}

export const clientIdentity = (sessionId: string): string => `sessions.client:${sessionId}`

/** Gives a session another token after a change of what it may do; the one before is dead at once. `proved` says that the person has
 *  just shown who they are, and with which second factor. Returns the cookie value. */
export const rotateSession = async (
  tx: Tx,
  { sessionId, cell }: Pick<SessionCredential, 'sessionId' | 'cell'>,
  at: Date,
  proved?: { secondFactor: string | null },
): Promise<string> => {
  const token = makeToken()
  const rotated = await tx
    .update(sessions)
    .set({
      tokenHash: sha256(token),
      ...(proved ? { authenticatedAt: at } : {}),
      ...(proved?.secondFactor ? { secondFactor: proved.secondFactor } : {}),
    })
    .where(eq(sessions.id, sessionId))
    .returning({ id: sessions.id })
  if (rotated.length === 0) throw refuse('authentication_required')
  return `${cell.id}.${token}`
}

/** Whether the person has proved who they are in this session since then. */
export const hasProvedSince = async (tx: Tx, sessionId: string, since: Date): Promise<boolean> => {
  const rows = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), gt(sessions.authenticatedAt, since)))
  return rows.length > 0
}

/** Lets what other weak sessions of a person have proved count as long ago: from now on a password alone proves too little for what
 *  touches the second factor, and one of them may be somebody else's who knows the password. */
export const ageWeakSessions = async (tx: Tx, userId: string, exceptId: string): Promise<void> => {
  await tx
    .update(sessions)
    .set({ authenticatedAt: new Date(0) })
    .where(and(eq(sessions.userId, userId), isNull(sessions.secondFactor), ne(sessions.id, exceptId)))
}

/** Ends the sessions that were opened by a way in that is being taken away, except the one that does it. */
export const endSessionsOpenedBy = async (
  tx: Tx,
  userId: string,
  by: { method: SignInMethod; secondFactor?: string },
  exceptId: string | null,
): Promise<void> => {
  await tx
    .delete(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        arrayContains(sessions.methods, [by.method]),
        by.secondFactor === undefined ? undefined : eq(sessions.secondFactor, by.secondFactor),
        exceptId === null ? undefined : ne(sessions.id, exceptId),
      ),
    )
}

/** Takes from every session of a person the strength that a factor gave it: the factor is gone. */
export const weakenSessions = async (tx: Tx, userId: string, factor: string): Promise<void> => {
  await tx
    .update(sessions)
    .set({ secondFactor: null })
    .where(and(eq(sessions.userId, userId), eq(sessions.secondFactor, factor)))
}

/** Whether a cookie could be one of ours. */
export const isSessionCookie = (cells: House['cells'], cookie: string): boolean =>
  locate(cells, cookie) !== undefined

/** Where a session cookie says its session is. Anybody can write a cookie, so nothing here is trusted yet. */
const locate = (cells: House['cells'], cookie: string): { cell: Cell; tokenHash: Buffer } | undefined => {
  const match = /^([a-z]{2}-\d{1,4})\.([A-Za-z0-9_-]{43})$/.exec(cookie)
  const cell = match && cells.find(match[1] ?? '')
  return cell ? { cell, tokenHash: sha256(match[2] ?? '') } : undefined
}

export type FoundSession = {
  userId: string
  credential: SessionCredential
  /** Until then it is neither too old nor has its last activity to be written again. */
  freshUntil: Date
}

/** The live session of a cookie: not ended, not past its absolute age, and used within the idle time (SPEC 2). */
export const findSession = async (
  { cells, config }: Pick<House, 'cells' | 'config'>,
  cookie: string,
  at: Date,
): Promise<FoundSession | undefined> => {
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
  const notedEvery = activitySeconds(config.sessionIdleSeconds)
  const isStale = row.lastActiveAt < secondsAfter(at, -notedEvery)
  if (isStale)
    await cell.db
      .update(sessions)
      .set({ lastActiveAt: at })
      .where(and(eq(sessions.id, row.id), lt(sessions.lastActiveAt, at)))
  const { id: sessionId, createdAt, expiresAt, authenticatedAt } = row
  const isStrong = row.secondFactor !== null
  const { activeCellId, activeWorkspaceId } = row
  const active =
    activeCellId !== null && activeWorkspaceId !== null
      ? { cellId: activeCellId, workspaceId: activeWorkspaceId }
      : null
  const noteAgainAt = secondsAfter(isStale ? at : row.lastActiveAt, notedEvery)
  return {
    userId: row.userId,
    freshUntil: noteAgainAt < expiresAt ? noteAgainAt : expiresAt,
    credential: { kind: 'session', sessionId, cell, createdAt, expiresAt, authenticatedAt, isStrong, active },
  }
}

/** Where this session acts from now on when a request names no workspace; null: in the person's own. */
export const setActive = async (
  { sessionId, cell }: Pick<SessionCredential, 'sessionId' | 'cell'>,
  active: SessionCredential['active'],
): Promise<void> => {
  await cell.db
    .update(sessions)
    .set({ activeCellId: active?.cellId ?? null, activeWorkspaceId: active?.workspaceId ?? null })
    .where(eq(sessions.id, sessionId))
}

/** Ends the session of a cookie, and tells in which cell that was; undefined when there was none. Safe to repeat. */
export const endSession = async (
  { cells }: Pick<House, 'cells'>,
  cookie: string,
): Promise<Cell | undefined> => {
  const place = locate(cells, cookie)
  if (!place) return undefined
  const { rowCount } = await place.cell.db.delete(sessions).where(eq(sessions.tokenHash, place.tokenHash))
  return rowCount ? place.cell : undefined
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
