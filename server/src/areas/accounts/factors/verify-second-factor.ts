import type { Parsed } from '#contract/endpoint.ts'
import type { verifySecondFactor as endpoint } from '#contract/factors.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { connectIdentity } from '../identities/connect-identity.ts'
import { mayLink } from '../identities/may-link.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import type { Client } from '../sessions/known-device.ts'
import { openSession } from '../sessions/session.ts'
import { lockOutMs, takeTry } from '../sign-in/lock-out.ts'
import { isGood, isStillGood, type PendingSignIn } from '../sign-in/pending-sign-in.ts'
import { provePasskey, requireKept } from './prove-passkey.ts'
import { recoveryDigest, takeRecoveryCode } from './recovery-codes.ts'
import { takeTotp } from './totp.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'config' | 'keyRing' | 'log' | 'rate' | 'siteUrl'>

/** Finishes a sign-in with its second factor, and returns the session cookie. Refuses with invalid_code or passkey_rejected; with
 *  second_factor_locked after too many wrong codes of the app on this account, wherever they come from; with second_factor_not_pending
 *  when the sign-in was finished before, or what its first factor proved has been changed. */
export const verifySecondFactor = async (
  house: Needs,
  pending: PendingSignIn,
  given: Parsed<typeof endpoint, 'body'>,
  client: Client & { requestId: string },
  at: Date,
): Promise<string> => {
  const { userId, method } = pending
  const cell = house.cells.get(pending.cellId)
  // One that a reset has made worthless uses up nobody's tries.
  if (!(await isGood(cell.db, pending))) throw refuse('second_factor_not_pending')
  const subject = `second-factor:${userId}`
  // Six digits can be guessed. Passkeys and recovery codes cannot, and stay open to the owner while somebody else tries.
  if ('code' in given) await takeTryOrWarn(house, cell, { userId, requestId: client.requestId }, subject, at)
  const prove = await prepare(house, pending, given, client.requestId, at)
  const cookie = await cell.db.transaction(async (tx) => {
    if (!(await isStillGood(tx, pending))) throw refuse('second_factor_not_pending')
    const secondFactor = await prove(tx)
    if (!(await house.directory.spendToken(pending.id, new Date(pending.expiresAt))))
      throw refuse('second_factor_not_pending')
    return openSession(tx, house, cell, { userId, client, by: { methods: [method], secondFactor } }, at)
  })
  await house.rate.forget(subject)
  await connectAfterwards(house, cell, pending, client.requestId, at)
  return cookie
}

/** Connects the account that brought the person here. They are in whatever becomes of it, and can connect it in the settings. */
const connectAfterwards = async (
  house: Needs,
  cell: Cell,
  { userId, link }: PendingSignIn,
  requestId: string,
  at: Date,
): Promise<void> => {
  if (!link) return
  await connectIdentity(house, cell, { userId, requestId }, link.account, at, (tx) =>
    mayLink(tx, userId, link),
  ).catch((fault) => house.log.warn({ fault }, 'an account at a provider was not connected'))
}

/** Refuses with second_factor_locked, and tells the person, once for each time, that somebody has their first factor (OWASP ASVS 5.0,
 *  6.3.5). */
const takeTryOrWarn = async (
  house: Needs,
  cell: Cell,
  self: Self,
  subject: string,
  at: Date,
): Promise<void> => {
  try {
    await takeTry(house, subject, 'second_factor_locked', at)
  } catch (refusal) {
    const warning = await house.rate.take(`warning:${subject}`, 1, at.getTime(), lockOutMs)
    if (warning.allowed)
      await cell.db.transaction(async (tx) => {
        await recordSecurity(tx, self, 'second_factor_locked', at)
        await noticeOwner(tx, house, cell, self.userId, { kind: 'second-factor-failed' })
      })
    throw refusal
  }
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
