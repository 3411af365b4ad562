import { and, eq, isNotNull, isNull, lte, or } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import { makeCode, makeId } from '../../../crypto/token.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { codeDigest, codeResendSeconds, sentRecently } from '../code.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { addressCodeMail } from '../mails/account-mails.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { emails } from '../table.ts'
import { type EmailView, emailView } from './email-view.ts'
import { openAddress, sealAddress } from './find-email.ts'
import { takePersonsMail } from './mail-limit.ts'

type Needs = Pick<House, 'config' | 'directory' | 'keyRing' | 'mail' | 'rate'>

const emailsMax = 10

/** Adds an address, unproved, and mails a code to it. Whether somebody else uses it is not told here: only the code, which reaches its
 *  owner alone, leads to that answer. Refuses with email_in_use when it is among the person's own, with email_limit_reached,
 *  too_many_mails or mail_unavailable; the address is not kept then. */
export const addEmail = async (
  house: Needs,
  { db }: Cell,
  self: Self,
  address: string,
  at: Date,
): Promise<EmailView> => {
  const { userId } = self
  const { digest } = house.directory.guessable('email', address)
  const dataKey = await loadDataKey(db, house.keyRing, userId)
  const id = makeId(at)
  const code = makeCode()
  const row = await db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const own = await tx.select().from(emails).where(eq(emails.userId, userId))
    if (own.some((email) => email.digest.equals(digest))) throw refuse('email_in_use')
    if (own.length >= emailsMax) throw refuse('email_limit_reached')
    await takePersonsMail(house, userId, at)
    const [added] = await tx
      .insert(emails)
      .values({
        id,
        userId,
        addressSealed: sealAddress(dataKey, id, address),
        digest,
        verifiedAt: null,
        isPrimary: false,
        createdAt: at,
        codeDigest: codeDigest(house.keyRing, id, code),
        codeSentAt: at,
      })
      .returning()
    if (!added) throw new Error('An insert without a row')
    await recordSecurity(tx, self, 'email_added', at)
    return added
  })
  try {
    await house.mail.send(addressCodeMail(address, code))
  } catch (cause) {
    await db.transaction(async (tx) => {
      await tx.delete(emails).where(and(eq(emails.id, id), isNull(emails.verifiedAt)))
      await recordSecurity(tx, self, 'email_removed', at)
    })
    throw refuse('mail_unavailable', { retryAfter: 30, cause })
  }
  return emailView(house, dataKey, row)
}

/** Mails a fresh code for an address; the earlier one stops working. Returns when it was sent. Refuses with email_not_found,
 *  email_already_verified, code_sent_recently, too_many_mails or mail_unavailable. */
export const resendEmailCode = async (
  house: Needs,
  { db }: Cell,
  userId: string,
  emailId: string,
  at: Date,
): Promise<Date> => {
  const code = makeCode()
  const isOwn = and(eq(emails.id, emailId), eq(emails.userId, userId))
  const [row] = await db.select().from(emails).where(isOwn)
  if (!row) throw refuse('email_not_found')
  if (row.verifiedAt) throw refuse('email_already_verified')
  if (row.codeSentAt && row.codeSentAt > secondsAfter(at, -codeResendSeconds))
    throw sentRecently(row.codeSentAt, at)
  await takePersonsMail(house, userId, at)
  const long = lte(emails.codeSentAt, secondsAfter(at, -codeResendSeconds))
  const renewed = await db
    .update(emails)
    .set({ codeDigest: codeDigest(house.keyRing, emailId, code), codeSentAt: at, codeAttempts: 0 })
    .where(and(isOwn, isNull(emails.verifiedAt), or(isNull(emails.codeSentAt), long)))
    .returning()
  // Somebody asked for one at the same moment, and was first.
  if (renewed.length === 0) throw sentRecently(at, at)
  const address = openAddress(await loadDataKey(db, house.keyRing, userId), row)
  try {
    await house.mail.send(addressCodeMail(address, code))
  } catch (cause) {
    await db
      .update(emails)
      .set({ codeDigest: null, codeSentAt: null })
      .where(and(isOwn, isNotNull(emails.codeDigest), isNull(emails.verifiedAt)))
    throw refuse('mail_unavailable', { retryAfter: 30, cause })
  }
  return at
}
