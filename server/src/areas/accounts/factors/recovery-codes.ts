import { createHmac, randomInt } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { DataKey } from '../../../crypto/seal.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { argon2Options } from '../passwords/password.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { takeTry } from '../sign-in/lock-out.ts'
import { recoveryCodes } from '../table.ts'
import { countFactors, needsSecondFactor } from './second-factor.ts'

const codesCount = 10
/** Base32, which has no 0 and 1 to be taken for letters: 50 bits in ten of them. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

const makeRecoveryCode = (): string => {
  const letters = Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)])
  return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`
}

/** A code has fewer bits than a key, so it is kept like a password (OWASP ASVS 5.0, 6.5.2). The salt is the person's own and derived,
 *  so that one computation tells whether a code is among theirs. */
const digestOf = (dataKey: DataKey, code: string): Promise<Buffer> => {
  const salt = createHmac('sha256', dataKey.bytes).update('recovery-codes').digest().subarray(0, 16)
  return hashRaw(code.replace('-', ''), { ...argon2Options, salt, outputLen: 32 })
}

/** New codes and their digests. Slow, so it is done before the transaction that keeps them. */
export const prepareRecoveryCodes = async (
  dataKey: DataKey,
): Promise<{ codes: string[]; digests: Buffer[] }> => {
  const codes = Array.from({ length: codesCount }, makeRecoveryCode)
  return { codes, digests: await Promise.all(codes.map((code) => digestOf(dataKey, code))) }
}

/** Keeps these codes instead of all earlier ones. */
export const keepRecoveryCodes = async (
  tx: Tx,
  userId: string,
  digests: readonly Buffer[],
): Promise<void> => {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
  await tx.insert(recoveryCodes).values(digests.map((digest) => ({ userId, digest })))
}

/** What a given code would be kept as. Slow, and done before the transaction that uses it. */
export const recoveryDigest = async (
  { keyRing }: Pick<House, 'keyRing'>,
  cell: Cell,
  userId: string,
  code: string,
): Promise<Buffer> => digestOf(await loadDataKey(cell.db, keyRing, userId), code)

/** Uses a recovery code up, tells the feed and mails the person. Refuses with invalid_code when it is none of theirs, or used. */
export const takeRecoveryCode = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  digest: Buffer,
  at: Date,
): Promise<void> => {
  const { userId } = self
  const used = await tx
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.digest, digest)))
    .returning({ digest: recoveryCodes.digest })
  if (used.length === 0) throw refuse('invalid_code')
  const { recoveryCodes: left } = await countFactors(tx, userId)
  await recordSecurity(tx, self, 'recovery_code_used', at, { left })
  await noticeOwner(tx, house, cell, userId, { kind: 'recovery-code-used', left })
}

/** Replaces the recovery codes and returns the new ones, for the only time. Refuses with factor_not_found while there is no second
 *  factor that they could stand in for. */
export const renewRecoveryCodes = async (
  house: Pick<House, 'keyRing' | 'rate'>,
  cell: Cell,
  self: Self,
  at: Date,
): Promise<string[]> => {
  const { userId } = self
  // Making them is slow on purpose; nobody needs many sets.
  await takeTry(house, `renew-recovery-codes:${userId}`, 'second_factor_locked', at)
  const { codes, digests } = await prepareRecoveryCodes(await loadDataKey(cell.db, house.keyRing, userId))
  await cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    if (!needsSecondFactor(await countFactors(tx, userId))) throw refuse('factor_not_found')
    await keepRecoveryCodes(tx, userId, digests)
    await recordSecurity(tx, self, 'recovery_codes_renewed', at)
    await noticeOwner(tx, house, cell, userId, { kind: 'recovery-codes-renewed' })
  })
  return codes
}
