import { and, eq, isNotNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import { released } from '../../../directory/two-store.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, releasedBy, type Self } from '../security-event.ts'
import { emails } from '../table.ts'
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
  const { userId } = self
  await released(house.directory, cell, releasedBy(self), at, async (tx) => {
    await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(emails)
      .where(and(eq(emails.id, emailId), eq(emails.userId, userId)))
    if (!row) throw refuse('email_not_found')
    if (row.isPrimary) throw refuse('primary_email_kept')
    await dropEmail(tx, house, cell, self, row.digest, at)
    // Only a proved address is known to the directory.
    const entries = row.verifiedAt ? [{ kind: 'email', digest: row.digest } as const] : []
    return { entries, result: undefined }
  })
}

/** Takes the row of this address away, if it is still there and not the primary one. The caller holds the person's lock. */
const dropEmail = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  digest: Buffer,
  at: Date,
): Promise<void> => {
  const { userId } = self
  const [gone] = await tx
    .delete(emails)
    .where(and(eq(emails.userId, userId), eq(emails.digest, digest), eq(emails.isPrimary, false)))
    .returning()
  if (!gone) return
  await recordSecurity(tx, self, 'email_removed', at)
  if (!gone.verifiedAt) return
  const address = openAddress(await loadDataKey(tx, house.keyRing, userId), gone)
  await noticeOwner(tx, house, cell, userId, { kind: 'email-removed' }, address)
}

/** What the janitor needs to know about addresses: one that is reserved is written once its row is verified. */
export const emailSettlement = (house: Pick<House, 'cells' | 'keyRing'>): Settlement => ({
  async isWritten({ cellId, subjectId }, { digest }) {
    const rows = await house.cells
      .get(cellId)
      .db.select({ id: emails.id })
      .from(emails)
      .where(and(eq(emails.userId, subjectId), eq(emails.digest, digest), isNotNull(emails.verifiedAt)))
    return rows.length > 0
  },
  async remove({ cellId, subjectId: userId }, by, at, { digest }) {
    const cell = house.cells.get(cellId)
    await cell.db.transaction(async (tx) => {
      await lockUser(tx, userId)
      await dropEmail(tx, house, cell, { userId, requestId: by?.requestId }, digest, at)
    })
  },
})
