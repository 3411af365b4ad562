import { eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import { openField, sealField, unwrapDataKey } from '../../crypto/seal.ts'
import type { House } from '../../house.ts'
import { addJob, type JobPayload } from '../../outbox/outbox.ts'
import { loadDataKey } from './data-key.ts'
import { findPrimaryEmail } from './emails/find-email.ts'
import { type Notice, noticeMail } from './mails/notice-mail.ts'
import { dataKeys } from './table.ts'

/** Mails a person that something about their account has changed, once the change has committed. It goes to `to`, or to the primary
 *  address. The job carries the text's facts sealed under the person's data key. */
export const noticeOwner = async (
  tx: Tx,
  { keyRing }: Pick<House, 'keyRing'>,
  cell: Cell,
  userId: string,
  notice: Notice,
  to?: string,
): Promise<void> => {
  const address = to ?? (await findPrimaryEmail(tx, keyRing, userId))
  const dataKey = await loadDataKey(tx, keyRing, userId)
  const sealed = sealField(dataKey, `notice:${userId}`, JSON.stringify({ to: address, notice }))
  await addJob(tx, 'mail-notice', { cellId: cell.id, userId, sealed: sealed.toString('base64') })
}

/** Job: sends such a mail. Of somebody who has been deleted since nothing can be opened, and nothing is sent. */
export const mailNotice = async (
  { cells, keyRing, mail, siteUrl }: Pick<House, 'cells' | 'keyRing' | 'mail' | 'siteUrl'>,
  { cellId = '', userId = '', sealed = '' }: JobPayload,
): Promise<void> => {
  const [row] = await cells.get(cellId).db.select().from(dataKeys).where(eq(dataKeys.accountId, userId))
  if (!row) return
  const dataKey = unwrapDataKey(keyRing, userId, row.wrapped)
  const opened = openField(dataKey, `notice:${userId}`, Buffer.from(sealed, 'base64'))
  const { to, notice } = JSON.parse(opened) as { to: string; notice: Notice }
  await mail.send(noticeMail(to, notice, siteUrl()))
}
