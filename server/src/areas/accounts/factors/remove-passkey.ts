import { and, eq } from 'drizzle-orm'
import type { ProviderName } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import { released } from '../../../directory/two-store.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, releasedBy, type Self } from '../security-event.ts'
import { endSessionsOpenedBy, rotateSession, weakenSessions } from '../sessions/session.ts'
import { passkeys } from '../table.ts'
import { requireAnotherWayIn } from '../ways-in.ts'
import { dropUnneededCodes } from './first-factor.ts'
import { passkeyEntry } from './passkey-entry.ts'

/** Removes a passkey. Sessions that it opened by itself end, save the one that asks; those it was the second step of count as weak from
 *  now on. Returns the session's new cookie. Refuses with factor_not_found, or last_sign_in_method. */
export const removePasskey = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  passkeyId: string,
  offered: ReadonlySet<ProviderName>,
  at: Date,
): Promise<string> => {
  const { cell, sessionId } = session
  const { userId } = self
  return released(house.directory, cell, releasedBy(self), at, async (tx) => {
    const user = await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(passkeys)
      .where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId)))
    if (!row) throw refuse('factor_not_found')
    await requireAnotherWayIn(tx, house.directory, user, offered, row)
    await dropPasskey(tx, house, cell, self, row.id, at, sessionId)
    return { entries: [passkeyEntry(row.credentialId)], result: await rotateSession(tx, session, at) }
  })
}

/** Takes the row away, if it is still there. The caller holds the person's lock. */
const dropPasskey = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  passkeyId: string,
  at: Date,
  exceptSessionId: string | null = null,
): Promise<void> => {
  const { userId } = self
  const [gone] = await tx.delete(passkeys).where(eq(passkeys.id, passkeyId)).returning()
  if (!gone) return
  const opened = { method: 'passkey', secondFactor: passkeyId } as const
  await endSessionsOpenedBy(tx, userId, opened, exceptSessionId)
  await weakenSessions(tx, userId, passkeyId)
  await dropUnneededCodes(tx, userId)
  await recordSecurity(tx, self, 'passkey_removed', at, { passkey: gone.name })
  await noticeOwner(tx, house, cell, userId, { kind: 'factor-removed', factor: `passkey “${gone.name}”` })
}

/** What the janitor needs to know about passkeys. */
export const passkeySettlement = (house: Pick<House, 'cells' | 'keyRing'>): Settlement => {
  const find = async (db: Tx | Cell['db'], userId: string, digest: Buffer) => {
    const rows = await db.select().from(passkeys).where(eq(passkeys.userId, userId))
    return rows.find(({ credentialId }) => passkeyEntry(credentialId).digest.equals(digest))
  }
  return {
    async isWritten({ cellId, subjectId }, { digest }) {
      return (await find(house.cells.get(cellId).db, subjectId, digest)) !== undefined
    },
    async remove({ cellId, subjectId: userId }, by, at, { digest }) {
      const cell = house.cells.get(cellId)
      await cell.db.transaction(async (tx) => {
        await lockUser(tx, userId)
        const row = await find(tx, userId, digest)
        if (row) await dropPasskey(tx, house, cell, { userId, requestId: by?.requestId }, row.id, at)
      })
    },
  }
}
