import { and, eq, gt, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import type { Directory, EntryKey } from '../../../directory/directory.ts'
import { claimed } from '../../../directory/two-store.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { codeAttemptsMax, codeSeconds, isCodeRight } from '../code.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { emails, users } from '../table.ts'
import { isCompanyAddress } from './company-address.ts'
import type { EmailRow } from './email-view.ts'
import { openAddress } from './find-email.ts'
import { companyBonusCents, earnOnce, fullBonusCents } from './signup-bonus.ts'

/** Proves an address with the code that was mailed to it. Each try is counted before it is judged, so that tries made at once do not
 *  share a count. Returns the sign-up credit that a company address adds, in cents. Refuses with invalid_code, email_not_found,
 *  email_already_verified, or email_in_use when the address proves to be another account's. */
export const verifyEmail = async (
  house: Pick<House, 'config' | 'directory' | 'keyRing'>,
  cell: Cell,
  self: Self,
  emailId: string,
  code: string,
  at: Date,
): Promise<{ bonusCents: number }> => {
  const row = await tryCode(house, cell, self.userId, emailId, code, at)
  const { directory } = house
  const { userId } = self
  let bonusBefore = 0
  const write = () =>
    cell.db.transaction(async (tx) => {
      const user = await lockUser(tx, userId)
      bonusBefore = user.signupBonusCents
      const [verified] = await tx
        .update(emails)
        .set({ verifiedAt: at, codeDigest: null, codeSentAt: null })
        .where(
          and(eq(emails.id, emailId), isNull(emails.verifiedAt), eq(emails.codeDigest, row.codeDigest ?? '')),
        )
        .returning()
      if (!verified) throw refuse('invalid_code')
      const address = openAddress(await loadDataKey(tx, house.keyRing, userId), verified)
      await recordSecurity(tx, self, 'email_verified', at)
      await noticeOwner(tx, house, cell, userId, { kind: 'email-added', address })
      const earns =
        isCompanyAddress(address, house.config.consumerMailDomains) &&
        user.signupBonusCents < companyBonusCents &&
        (await earnOnce(directory, row.digest, userId))
      return earns ? raiseBonus(tx, self, user.signupBonusCents, at) : 0
    })
  const undo = () =>
    cell.db.transaction(async (tx) => {
      await tx.update(emails).set({ verifiedAt: null }).where(eq(emails.id, emailId))
      await tx.update(users).set({ signupBonusCents: bonusBefore }).where(eq(users.id, userId))
    })
  const place = { cellId: cell.id, subjectId: userId }
  const entry = { kind: 'email', digest: row.digest } as const
  const claim = await claimed(directory, [entry], place, at, { write, undo })
  if (claim.taken) throw await whyTaken(directory, entry, userId)
  return { bonusCents: claim.written }
}

const tryCode = async (
  { keyRing }: Pick<House, 'keyRing'>,
  { db }: Cell,
  userId: string,
  emailId: string,
  code: string,
  at: Date,
): Promise<EmailRow> => {
  const isOwn = and(eq(emails.id, emailId), eq(emails.userId, userId))
  const [tried] = await db
    .update(emails)
    .set({ codeAttempts: sql`${emails.codeAttempts} + 1` })
    .where(
      and(
        isOwn,
        isNull(emails.verifiedAt),
        isNotNull(emails.codeDigest),
        lt(emails.codeAttempts, codeAttemptsMax),
        gt(emails.codeSentAt, secondsAfter(at, -codeSeconds)),
      ),
    )
    .returning()
  if (tried?.codeDigest && isCodeRight(keyRing, emailId, code, tried.codeDigest)) return tried
  if (tried) throw refuse('invalid_code')
  const [row] = await db.select().from(emails).where(isOwn)
  if (!row) throw refuse('email_not_found')
  throw refuse(row.verifiedAt ? 'email_already_verified' : 'invalid_code')
}

/** Held for this very person, when the code was sent twice at once; else by somebody else. */
const whyTaken = async (directory: Directory, entry: EntryKey, userId: string) =>
  refuse((await directory.findHolder(entry)) === userId ? 'email_already_verified' : 'email_in_use')

/** Raises the sign-up credit to a company's, once for each account (SPEC 1.5). Returns what was added. */
const raiseBonus = async (
  tx: Tx,
  { userId, requestId }: Self,
  hasCents: number,
  at: Date,
): Promise<number> => {
  if (hasCents >= companyBonusCents) return 0
  const amountCents = fullBonusCents(true) - hasCents
  await tx.update(users).set({ signupBonusCents: companyBonusCents }).where(eq(users.id, userId))
  await recordActivity(
    tx,
    'settings/updated',
    { userId, workspaceId: userId, requestId },
    { name: 'Sign-up credit', metadata: { kind: 'billing', change: 'signup_bonus', amountCents } },
    at,
  )
  return amountCents
}
