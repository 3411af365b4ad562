import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { generateSecret, generateURI, verify } from 'otplib'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { openField, sealField } from '../../../crypto/seal.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { findPrimaryEmail } from '../emails/find-email.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { ageWeakSessions, rotateSession, weakenSessions } from '../sessions/session.ts'
import { takeTry } from '../sign-in/lock-out.ts'
import { totps } from '../table.ts'
import { dropUnneededCodes, type FirstFactor, keepFirstCodes, prepareFirstCodes } from './first-factor.ts'

/** A code of the step before or after is taken too: clocks differ, and people type slowly (RFC 6238, 5.2). */
const toleranceSeconds = 30

const secretIdentity = (userId: string): string => `totps.secret:${userId}`

/** Begins to set up an authenticator app. Beginning again replaces a secret that was never confirmed. Refuses with
 *  totp_already_set_up. */
export const startTotp = async (
  { keyRing }: Pick<House, 'keyRing'>,
  cell: Cell,
  userId: string,
  at: Date,
): Promise<{ secret: string; uri: string }> => {
  const secret = generateSecret()
  const dataKey = await loadDataKey(cell.db, keyRing, userId)
  const secretSealed = sealField(dataKey, secretIdentity(userId), secret)
  const kept = await cell.db.transaction(async (tx) => {
    // A code that is being confirmed at this moment must be one of the secret that is kept.
    await lockUser(tx, userId)
    return tx
      .insert(totps)
      .values({ userId, secretSealed, createdAt: at })
      .onConflictDoUpdate({
        target: totps.userId,
        set: { secretSealed, createdAt: at, lastStep: 0 },
        setWhere: isNull(totps.confirmedAt),
      })
      .returning({ userId: totps.userId })
  })
  if (kept.length === 0) throw refuse('totp_already_set_up')
  const label = await findPrimaryEmail(cell.db, keyRing, userId)
  return { secret, uri: generateURI({ issuer: 'Gatehouse', label, secret }) }
}

/** Finishes with a code from the app. Returns the session's new cookie, and recovery codes when this is the first factor. Refuses with
 *  invalid_code, factor_not_found when nothing was begun, totp_already_set_up, or second_factor_locked after too many tries. */
export const confirmTotp = async (
  house: Pick<House, 'keyRing' | 'rate'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  code: string,
  at: Date,
): Promise<FirstFactor & { cookie: string }> => {
  const { cell } = session
  const { userId } = self
  const subject = `confirm-totp:${userId}`
  await takeTry(house, subject, 'second_factor_locked', at)
  // Looked at before the codes are made, which is slow; taken below.
  await findStep(cell.db, house, userId, code, at, 'unconfirmed')
  const prepared = await prepareFirstCodes(house, cell, userId)
  const confirmed = await cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const first = await keepFirstCodes(tx, userId, prepared)
    await takeCode(tx, house, userId, code, at, 'unconfirmed')
    await tx.update(totps).set({ confirmedAt: at }).where(eq(totps.userId, userId))
    await recordSecurity(tx, self, 'totp_added', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'factor-added', factor: 'authenticator app' })
    await ageWeakSessions(tx, userId, session.sessionId)
    return { ...first, cookie: await rotateSession(tx, session, at, { secondFactor: 'totp' }) }
  })
  await house.rate.forget(subject)
  return confirmed
}

/** Removes the authenticator app; what it opened counts as weak from now on. Returns the session's new cookie. Refuses with
 *  factor_not_found. */
export const removeTotp = async (
  house: Pick<House, 'keyRing'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  at: Date,
): Promise<string> => {
  const { cell } = session
  const { userId } = self
  return cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const [gone] = await tx.delete(totps).where(eq(totps.userId, userId)).returning()
    if (!gone?.confirmedAt) throw refuse('factor_not_found')
    await weakenSessions(tx, userId, 'totp')
    await dropUnneededCodes(tx, userId)
    await recordSecurity(tx, self, 'totp_removed', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'factor-removed', factor: 'authenticator app' })
    return rotateSession(tx, session, at)
  })
}

/** Takes a code of the confirmed app, once: a second use of the same code, also at the same moment, is refused with invalid_code. */
export const takeTotp = (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  userId: string,
  code: string,
  at: Date,
): Promise<void> => takeCode(tx, house, userId, code, at, 'confirmed')

/** The time step that a code belongs to. Uses nothing up. */
const findStep = async (
  db: Db | Tx,
  { keyRing }: Pick<House, 'keyRing'>,
  userId: string,
  code: string,
  at: Date,
  state: 'confirmed' | 'unconfirmed',
): Promise<number> => {
  const [row] = await db.select().from(totps).where(eq(totps.userId, userId))
  if (state === 'unconfirmed' && !row) throw refuse('factor_not_found')
  if (state === 'unconfirmed' && row?.confirmedAt) throw refuse('totp_already_set_up')
  if (!row || (state === 'confirmed' && !row.confirmedAt)) throw refuse('invalid_code')
  const secret = openField(await loadDataKey(db, keyRing, userId), secretIdentity(userId), row.secretSealed)
  const epoch = Math.floor(at.getTime() / 1000)
  const result = await verify({ secret, token: code, epoch, epochTolerance: toleranceSeconds })
  if (!result.valid || !('timeStep' in result) || result.timeStep <= row.lastStep)
    throw refuse('invalid_code')
  return result.timeStep
}

const takeCode = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  userId: string,
  code: string,
  at: Date,
  state: 'confirmed' | 'unconfirmed',
): Promise<void> => {
  const step = await findStep(tx, house, userId, code, at, state)
  const taken = await tx
    .update(totps)
    .set({ lastStep: step })
    .where(
      and(
        eq(totps.userId, userId),
        lt(totps.lastStep, sql`${step}`),
        state === 'confirmed' ? isNotNull(totps.confirmedAt) : isNull(totps.confirmedAt),
      ),
    )
    .returning({ userId: totps.userId })
  if (taken.length === 0) throw refuse('invalid_code')
}
