import { and, eq } from 'drizzle-orm'
import { type ProviderName, providerLabels } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { rotateSession } from '../sessions/session.ts'
import { identities } from '../table.ts'
import { requireAnotherWayIn } from '../ways-in.ts'
import type { IdentityRow } from './identity.ts'

/** Stops a provider from signing somebody in: first in the directory, then in the cell. Returns the session's new cookie. Refuses with
 *  identity_not_found, or last_sign_in_method. */
export const disconnectIdentity = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  provider: ProviderName,
  offered: ReadonlySet<ProviderName>,
  at: Date,
): Promise<string> => {
  const { cell } = session
  const { userId, requestId } = self
  const { cookie, entry } = await cell.db.transaction(async (tx) => {
    const user = await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(identities)
      .where(and(eq(identities.userId, userId), eq(identities.provider, provider)))
    if (!row) throw refuse('identity_not_found')
    await requireAnotherWayIn(tx, user, offered, { provider })
    const entry = { kind: 'external_login', digest: row.digest } as const
    await house.directory.release(entry, { userId, ...(requestId ? { requestId } : {}) }, at)
    await dropIdentity(tx, house, cell, self, row, at)
    return { entry, cookie: await rotateSession(tx, session, at) }
  })
  await house.directory.forget(entry)
  return cookie
}

const dropIdentity = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  { userId, provider }: IdentityRow,
  at: Date,
): Promise<void> => {
  await tx.delete(identities).where(and(eq(identities.userId, userId), eq(identities.provider, provider)))
  await recordSecurity(tx, self, 'provider_disconnected', at, { provider })
  await noticeOwner(tx, house, cell, userId, {
    kind: 'provider-disconnected',
    provider: providerLabels[provider],
  })
}

/** What the janitor needs to know about accounts at providers. */
export const identitySettlement = (house: Pick<House, 'cells' | 'keyRing'>): Settlement => {
  const find = async (cell: Cell, userId: string, digest: Buffer): Promise<IdentityRow | undefined> => {
    const [row] = await cell.db
      .select()
      .from(identities)
      .where(and(eq(identities.userId, userId), eq(identities.digest, digest)))
    return row
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
        await dropIdentity(tx, house, cell, { userId, requestId: by?.requestId }, row, at)
      })
    },
  }
}
