import { and, eq } from 'drizzle-orm'
import { providerLabels } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { claimed } from '../../../directory/two-store.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { disconnectedIdentities, identities } from '../table.ts'
import { type ExternalAccount, identityEntry, sealAccount } from './identity.ts'

/** Lets an account at a provider sign somebody in from now on. `taken` when it is connected already, here or to somebody else; `another`
 *  when the person has another account of that provider connected; `not-theirs` when `mayConnect`, asked under the person's lock, says
 *  that nothing makes it theirs any more. */
export const connectIdentity = async (
  house: Pick<House, 'directory' | 'keyRing'>,
  cell: Cell,
  self: Self,
  account: ExternalAccount,
  at: Date,
  mayConnect: (tx: Tx) => Promise<boolean> = async () => true,
): Promise<'connected' | 'taken' | 'another' | 'not-theirs'> => {
  const { directory } = house
  const { userId } = self
  const { provider } = account
  const entry = identityEntry(directory, account)
  let refused: 'another' | 'not-theirs' = 'another'
  const write = () =>
    cell.db.transaction(async (tx) => {
      await lockUser(tx, userId)
      if (!(await mayConnect(tx))) {
        refused = 'not-theirs'
        return undefined
      }
      if (!(await writeIdentity(tx, house, userId, account, at))) return undefined
      await tx
        .delete(disconnectedIdentities)
        .where(
          and(eq(disconnectedIdentities.userId, userId), eq(disconnectedIdentities.digest, entry.digest)),
        )
      await recordSecurity(tx, self, 'provider_connected', at, { provider })
      const name = providerLabels[provider]
      await noticeOwner(tx, house, cell, userId, { kind: 'provider-connected', provider: name })
      return 'connected' as const
    })
  const undo = () =>
    cell.db.delete(identities).where(and(eq(identities.userId, userId), eq(identities.digest, entry.digest)))
  const place = { cellId: cell.id, subjectId: userId }
  const claim = await claimed(directory, [entry], place, at, { write, undo })
  return claim.taken ? 'taken' : (claim.written ?? refused)
}

/** Writes the row; false when another account of that provider is there. The caller holds the directory's entry. */
export const writeIdentity = async (
  tx: Tx,
  { directory, keyRing }: Pick<House, 'directory' | 'keyRing'>,
  userId: string,
  account: ExternalAccount,
  at: Date,
): Promise<boolean> => {
  const dataKey = await loadDataKey(tx, keyRing, userId)
  const written = await tx
    .insert(identities)
    .values({
      userId,
      provider: account.provider,
      digest: identityEntry(directory, account).digest,
      detailsSealed: sealAccount(dataKey, userId, account),
      connectedAt: at,
    })
    .onConflictDoNothing({ target: [identities.userId, identities.provider] })
    .returning({ provider: identities.provider })
  return written.length === 1
}
