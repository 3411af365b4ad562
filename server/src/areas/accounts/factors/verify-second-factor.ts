import type { Parsed } from '#contract/endpoint.ts'
import type { verifySecondFactor as endpoint } from '#contract/factors.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockOutMs, takeTry } from '../lock-out.ts'
import { noticeOwner } from '../notices.ts'
import { isStillGood, type PendingSignIn } from '../pending-sign-in.ts'
import type { Client } from '../sessions/known-device.ts'
import { openSession } from '../sessions/session.ts'
import { provePasskey, requireKept } from './prove-passkey.ts'
import { recoveryDigest, takeRecoveryCode } from './recovery-codes.ts'
import { takeTotp } from './totp.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'config' | 'keyRing' | 'rate' | 'siteUrl'>

/** Finishes a sign-in with its second factor, and returns the session cookie. Refuses with invalid_code or passkey_rejected; with
 *  second_factor_locked after too many failures on this account, wherever they come from; with second_factor_not_pending when the
 *  sign-in was finished before, or what its first factor proved has been changed. */
export const verifySecondFactor = async (
  house: Needs,
  pending: PendingSignIn,
  given: Parsed<typeof endpoint, 'body'>,
  client: Client & { requestId: string },
  at: Date,
): Promise<string> => {
  const { userId, method } = pending
  const cell = house.cells.get(pending.cellId)
  const subject = `second-factor:${userId}`
  try {
    takeTry(house, subject, 'second_factor_locked', at)
  } catch (refusal) {
    await warnOwner(house, cell, userId, at)
    throw refusal
  }
  const prove = await prepare(house, pending, given, client.requestId, at)
  const cookie = await cell.db.transaction(async (tx) => {
    if (!(await isStillGood(tx, pending))) throw refuse('second_factor_not_pending')
    const secondFactor = await prove(tx)
    if (!(await house.directory.spendToken(pending.id, new Date(pending.expiresAt))))
      throw refuse('second_factor_not_pending')
    return openSession(tx, house, cell, { userId, client, by: { methods: [method], secondFactor } }, at)
  })
  house.rate.forget(subject)
  return cookie
}

/** Tells the person, once for each time that it is locked, that somebody has their first factor (OWASP ASVS 5.0, 6.3.4). */
const warnOwner = async (house: Needs, cell: Cell, userId: string, at: Date): Promise<void> => {
  if (!house.rate.take(`second-factor-warning:${userId}`, 1, at.getTime(), lockOutMs).allowed) return
  await cell.db.transaction((tx) => noticeOwner(tx, house, cell, userId, { kind: 'second-factor-failed' }))
}

/** Does what is slow or concerns other stores first, and returns what is left to do inside the transaction. That gives the factor's
 *  name for the session. */
const prepare = async (
  house: Needs,
  { userId, cellId }: PendingSignIn,
  given: Parsed<typeof endpoint, 'body'>,
  requestId: string,
  at: Date,
): Promise<(tx: Tx) => Promise<string>> => {
  if ('credential' in given) {
    const used = await provePasskey(house, given.credential, at)
    if (used.userId !== userId) throw refuse('passkey_rejected')
    return async (tx) => {
      await requireKept(tx, used.passkeyId)
      return used.passkeyId
    }
  }
  if ('code' in given)
    return async (tx) => {
      await takeTotp(tx, house, userId, given.code, at)
      return 'totp'
    }
  const cell = house.cells.get(cellId)
  const digest = await recoveryDigest(house, cell, userId, given.recoveryCode)
  return async (tx) => {
    await takeRecoveryCode(tx, house, cell, { userId, requestId }, digest, at)
    return 'recovery-code'
  }
}
