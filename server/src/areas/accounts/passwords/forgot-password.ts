import { createHmac } from 'node:crypto'
import { and, eq, isNotNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import { equalBytes } from '../../../crypto/digest.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { makeId } from '../../../crypto/token.ts'
import type { House } from '../../../house.ts'
import { addJob, type JobPayload } from '../../../outbox/outbox.ts'
import { loadDataKey } from '../data-key.ts'
import { openAddress } from '../emails/find-email.ts'
import { mayMailReset } from '../emails/mail-limit.ts'
import { passwordResetMail } from '../mails/account-mails.ts'
import { emails, passwordResets } from '../table.ts'

const resetSeconds = 30 * 60

/** Takes a request for a reset link. The same one row is written for a known and an unknown address, so neither the answer nor the
 *  time it took tells them apart; the jobs below find out. */
export const forgotPassword = async (
  { directory }: Pick<House, 'directory'>,
  email: string,
): Promise<void> => {
  const digest = directory.guessable('email', email).digest.toString('hex')
  await directory.database.db.transaction((tx) => addJob(tx, 'start-password-reset', { digest }))
}

/** Job: writes the reset beside its account, and the job that mails it. An unknown address ends here, and so does one that has been
 *  mailed too many links lately. */
export const startPasswordReset = async (
  { directory, cells, clock, rate }: Pick<House, 'directory' | 'cells' | 'clock' | 'rate'>,
  { digest }: JobPayload,
): Promise<void> => {
  const place = await directory.find({ kind: 'email', digest: Buffer.from(digest ?? '', 'hex') })
  if (!place) return
  const at = clock.now()
  if (!(await mayMailReset({ rate }, place.subjectId, at))) return
  const id = makeId(at)
  await cells.get(place.cellId).db.transaction(async (tx) => {
    await tx.insert(passwordResets).values({
      id,
      userId: place.subjectId,
      createdAt: at,
      expiresAt: secondsAfter(at, resetSeconds),
    })
    await addJob(tx, 'mail-password-reset', { cellId: place.cellId, resetId: id })
  })
}

/** Job: mails the link of a reset to the primary address of its account. */
export const mailPasswordReset = async (
  { cells, keyRing, mail, siteUrl }: Pick<House, 'cells' | 'keyRing' | 'mail' | 'siteUrl'>,
  { cellId = '', resetId = '' }: JobPayload,
): Promise<void> => {
  const cell = cells.get(cellId)
  const [row] = await cell.db
    .select({ userId: emails.userId, id: emails.id, addressSealed: emails.addressSealed })
    .from(passwordResets)
    .innerJoin(emails, and(eq(emails.userId, passwordResets.userId), eq(emails.isPrimary, true)))
    .where(and(eq(passwordResets.id, resetId), isNotNull(emails.verifiedAt)))
  if (!row) return
  const key = await loadDataKey(cell.db, keyRing, row.userId)
  const address = openAddress(key, row)
  const url = `${siteUrl()}/reset-password?token=${resetToken(keyRing, cellId, resetId)}`
  await mail.send(passwordResetMail(address, url))
}

/** The token is never stored: it is the reset's id with a MAC that only this installation can make, and the master key version it
 *  was made under. */
const resetToken = (ring: KeyRing, cellId: string, resetId: string): string =>
  `${cellId}.${resetId}.${ring.newest}.${resetMac(ring, ring.newest, cellId, resetId).toString('base64url')}`

const resetMac = (ring: KeyRing, version: number, cellId: string, resetId: string): Buffer =>
  createHmac('sha256', ring.derive('password-reset', version)).update(`${cellId}.${resetId}`).digest()

/** The reset that a token names, or undefined when the token is not ours. */
export const openResetToken = (
  { cells, keyRing }: Pick<House, 'cells' | 'keyRing'>,
  token: string,
): { cell: Cell; resetId: string } | undefined => {
  const match = /^([a-z]{2}-\d{1,4})\.([0-9a-f]{24})\.(\d{1,5})\.([A-Za-z0-9_-]{43})$/.exec(token)
  const [, cellId = '', resetId = '', version = '', mac = ''] = match ?? []
  const cell = match && cells.find(cellId)
  if (!cell || !keyRing.has(Number(version))) return undefined
  const expected = resetMac(keyRing, Number(version), cellId, resetId)
  return equalBytes(expected, Buffer.from(mac, 'base64url')) ? { cell, resetId } : undefined
}
