import { and, eq } from 'drizzle-orm'
import type { ProviderName } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { rotateSession, weakenSessions } from '../sessions/session.ts'
import { passkeys } from '../table.ts'
import { requireAnotherWayIn } from '../ways-in.ts'
import { passkeyEntry } from './add-passkey.ts'
import { dropUnneededCodes } from './first-factor.ts'

/** Gives a passkey another name. Refuses with factor_not_found. */
export const renamePasskey = async (
  cell: Cell,
  self: Self,
  passkeyId: string,
  name: string,
  at: Date,
): Promise<void> => {
  await cell.db.transaction(async (tx) => {
    const renamed = await tx
      .update(passkeys)
      .set({ name })
      .where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, self.userId)))
      .returning({ id: passkeys.id })
    if (renamed.length === 0) throw refuse('factor_not_found')
    await recordSecurity(tx, self, 'passkey_renamed', at, { passkey: name })
  })
}

/** Removes a passkey: first from the directory, so that it signs nobody in from that moment, then its row. What it opened counts as weak
 *  from now on. Returns the session's new cookie. Refuses with factor_not_found, or last_sign_in_method. */
export const removePasskey = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  passkeyId: string,
  offered: ReadonlySet<ProviderName>,
  at: Date,
): Promise<string> => {
  const { cell } = session
  const { userId, requestId } = self
  const { cookie, entry } = await cell.db.transaction(async (tx) => {
    const user = await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(passkeys)
      .where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId)))
    if (!row) throw refuse('factor_not_found')
    await requireAnotherWayIn(tx, user, offered, { passkeyId })
    const entry = passkeyEntry(row.credentialId.toString('base64url'))
    await house.directory.release(entry, { userId, ...(requestId ? { requestId } : {}) }, at)
    await dropPasskey(tx, house, cell, self, row, at)
    return { entry, cookie: await rotateSession(tx, session, at) }
  })
  await house.directory.forget(entry)
  return cookie
}

const dropPasskey = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  row: typeof passkeys.$inferSelect,
  at: Date,
): Promise<void> => {
  await tx.delete(passkeys).where(eq(passkeys.id, row.id))
  await weakenSessions(tx, row.userId, row.id)
  await dropUnneededCodes(tx, row.userId)
  await recordSecurity(tx, self, 'passkey_removed', at, { passkey: row.name })
  await noticeOwner(tx, house, cell, row.userId, { kind: 'factor-removed', factor: `passkey “${row.name}”` })
}

/** What the janitor needs to know about passkeys. */
export const passkeySettlement = (house: Pick<House, 'cells' | 'keyRing'>): Settlement => {
  const find = async (cell: Cell, userId: string, digest: Buffer) => {
    const rows = await cell.db.select().from(passkeys).where(eq(passkeys.userId, userId))
    return rows.find((row) => passkeyEntry(row.credentialId.toString('base64url')).digest.equals(digest))
  }
  return {
    async isWritten({ cellId, subjectId }, { digest }) {
      return (await find(house.cells.get(cellId), subjectId, digest)) !== undefined
    },
    async remove({ cellId, subjectId: userId }, by, at, { digest }) {
      const cell = house.cells.get(cellId)
      const row = await find(cell, userId, digest)
      if (!row) return
      await cell.db.transaction(async (tx) => {
        await lockUser(tx, userId)
        await dropPasskey(tx, house, cell, { userId, requestId: by?.requestId }, row, at)
      })
    },
  }
}
