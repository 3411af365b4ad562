import { and, eq } from 'drizzle-orm'
import { type ProviderName, providerLabels } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { isOutcomeUnknown } from '../../../cells/pg-errors.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { identities } from '../table.ts'
import { type IdentityDetails, identityEntry, sealDetails } from './identity.ts'

/** Lets an account at a provider sign somebody in from now on: reserved in the directory, written in the cell, confirmed. `taken` when it
 *  is connected already, here or to somebody else; `another` when the person has another account of that provider connected. */
export const connectIdentity = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  cell: Cell,
  self: Self,
  provider: ProviderName,
  details: IdentityDetails,
  at: Date,
): Promise<'connected' | 'taken' | 'another'> => {
  const { directory } = house
  const { userId } = self
  const entry = identityEntry(directory, provider, details.subject)
  const claim = await directory.reserve([entry], { cellId: cell.id, subjectId: userId }, at)
  if ('taken' in claim) return 'taken'
  let written: boolean
  try {
    written = await cell.db.transaction(async (tx) => {
      await lockUser(tx, userId)
      if (!(await writeIdentity(tx, house, userId, provider, details, at))) return false
      await recordSecurity(tx, self, 'provider_connected', at, { provider })
      await noticeOwner(tx, house, cell, userId, {
        kind: 'provider-connected',
        provider: providerLabels[provider],
      })
      return true
    })
  } catch (error) {
    if (!isOutcomeUnknown(error)) await directory.giveUp(claim.id)
    throw error
  }
  if (!written) {
    await directory.giveUp(claim.id)
    return 'another'
  }
  if (!(await directory.confirm(claim))) {
    await cell.db
      .delete(identities)
      .where(and(eq(identities.userId, userId), eq(identities.digest, entry.digest)))
    throw refuse('store_unavailable', { retryAfter: 2 })
  }
  return 'connected'
}

/** Writes the row; false when another account of that provider is there. The caller holds the directory's entry. */
export const writeIdentity = async (
  tx: Tx,
  { directory, keyRing }: Pick<House, 'directory' | 'keyRing'>,
  userId: string,
  provider: ProviderName,
  details: IdentityDetails,
  at: Date,
): Promise<boolean> => {
  const dataKey = await loadDataKey(tx, keyRing, userId)
  const written = await tx
    .insert(identities)
    .values({
      userId,
      provider,
      digest: identityEntry(directory, provider, details.subject).digest,
      detailsSealed: sealDetails(dataKey, userId, provider, details),
      connectedAt: at,
    })
    .onConflictDoNothing({ target: [identities.userId, identities.provider] })
    .returning({ provider: identities.provider })
  return written.length === 1
}
