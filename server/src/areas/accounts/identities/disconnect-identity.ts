import { and, eq } from 'drizzle-orm'
import { type ProviderName, providerLabels } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Settlement } from '../../../directory/janitor.ts'
import { released } from '../../../directory/two-store.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, releasedBy, type Self } from '../security-event.ts'
import { endSessionsOpenedBy, rotateSession } from '../sessions/session.ts'
import { disconnectedIdentities, identities } from '../table.ts'
import { requireAnotherWayIn } from '../ways-in.ts'

/** Stops a provider from signing somebody in, and ends the sessions it has opened, save the one that asks. From then on it takes the person
 *  themselves to connect it again. Returns the session's new cookie. Refuses with identity_not_found, or last_sign_in_method. */
export const disconnectIdentity = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  provider: ProviderName,
  offered: ReadonlySet<ProviderName>,
  at: Date,
): Promise<string> => {
  const { cell, sessionId } = session
  const { userId } = self
  return released(house.directory, cell, releasedBy(self), at, async (tx) => {
    const user = await lockUser(tx, userId)
    const [row] = await tx
      .select()
      .from(identities)
      .where(and(eq(identities.userId, userId), eq(identities.provider, provider)))
    if (!row) throw refuse('identity_not_found')
    await requireAnotherWayIn(tx, house.directory, user, offered, row)
    await dropIdentity(tx, house, cell, self, row.digest, at, sessionId)
    const entry = { kind: 'external_login', digest: row.digest } as const
    return { entries: [entry], result: await rotateSession(tx, session, at) }
  })
}

/** Takes the row of this account away, if it is still there. The caller holds the person's lock. */
const dropIdentity = async (
  tx: Tx,
  house: Pick<House, 'keyRing'>,
  cell: Cell,
  self: Self,
  digest: Buffer,
  at: Date,
  exceptSessionId: string | null = null,
): Promise<void> => {
  const { userId } = self
  const [gone] = await tx
    .delete(identities)
    .where(and(eq(identities.userId, userId), eq(identities.digest, digest)))
    .returning()
  if (!gone) return
  const { provider } = gone
  await tx.insert(disconnectedIdentities).values({ userId, digest }).onConflictDoNothing()
  await endSessionsOpenedBy(tx, userId, { method: provider }, exceptSessionId)
  await recordSecurity(tx, self, 'provider_disconnected', at, { provider })
  const name = providerLabels[provider]
  await noticeOwner(tx, house, cell, userId, { kind: 'provider-disconnected', provider: name })
}

/** What the janitor needs to know about accounts at providers. */
export const identitySettlement = (house: Pick<House, 'cells' | 'keyRing'>): Settlement => ({
  async isWritten({ cellId, subjectId }, { digest }) {
    const rows = await house.cells
      .get(cellId)
      .db.select({ userId: identities.userId })
      .from(identities)
      .where(and(eq(identities.userId, subjectId), eq(identities.digest, digest)))
    return rows.length > 0
  },
  async remove({ cellId, subjectId: userId }, by, at, { digest }) {
    const cell = house.cells.get(cellId)
    await cell.db.transaction(async (tx) => {
      await lockUser(tx, userId)
      await dropIdentity(tx, house, cell, { userId, requestId: by?.requestId }, digest, at)
    })
  },
})
