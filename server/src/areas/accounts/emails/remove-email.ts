import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { emails } from '../table.ts'
import type { EmailRow } from './email-view.ts'
import { openAddress } from './find-email.ts'

/** Removes an address; its code, if one is under way, goes with it. A verified one leaves the directory first, so that it signs nobody
 *  in from that moment, and is told. Refuses with email_not_found or primary_email_kept. */
export const removeEmail = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  cell: Cell,
  self: Self,
  emailId: string,
  at: Date,
): Promise<void> => {
  const { userId, requestId } = self
  const entry = await cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(emails)
      .where(and(eq(emails.id, emailId), eq(emails.userId, userId)))
    if (!row) throw refuse('email_not_found')
    if (row.isPrimary) throw refuse('primary_email_kept')
    const key = { kind: 'email', digest: row.digest } as const
    if (row.verifiedAt)
      await house.directory.release(key, { userId, ...(requestId ? { requestId } : {}) }, at)
    await dropEmail(tx, house, cell, self, row, at)
    return row.verifiedAt ? key : undefined
  })
  if (entry) await house.directory.forget(entry)
}

const dropEmail = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  row: EmailRow,
  at: Date,
): Promise<void> => {
  await tx.delete(emails).where(eq(emails.id, row.id))
  await recordSecurity(tx, self, 'email_removed', at)
  if (!row.verifiedAt) return
  const address = openAddress(await loadDataKey(tx, house.keyRing, row.userId), row)
  await noticeOwner(tx, house, cell, row.userId, { kind: 'email-removed' }, address)
}

/** What the janitor needs to know about addresses: one that is reserved is written once its row is verified. */
export const emailSettlement = (house: Pick<House, 'cells' | 'keyRing'>): Settlement => {
  const find = async (cell: Cell, userId: string, digest: Buffer): Promise<EmailRow | undefined> => {
    const [row] = await cell.db
      .select()
      .from(emails)
      .where(and(eq(emails.userId, userId), eq(emails.digest, digest)))
    return row
  }
  return {
    async isWritten({ cellId, subjectId }, { digest }) {
      const row = await find(house.cells.get(cellId), subjectId, digest)
      return row?.verifiedAt != null
    },
    async remove({ cellId, subjectId: userId }, by, at, { digest }) {
      const cell = house.cells.get(cellId)
      const row = await find(cell, userId, digest)
      if (!row || row.isPrimary) return
      await cell.db.transaction(async (tx) => {
        await lockUser(tx, userId)
        await dropEmail(tx, house, cell, { userId, requestId: by?.requestId }, row, at)
      })
    },
  }
}
