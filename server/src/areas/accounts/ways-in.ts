import { eq } from 'drizzle-orm'
import type { ProviderName } from '#contract/identities.ts'
import type { Tx } from '../../cells/database.ts'
import { refuse } from '../../door/refusal.ts'
import type { UserRow } from './lock-user.ts'
import { identities, passkeys } from './table.ts'

/** Refuses with last_sign_in_method when `leaving` is the only way in that this person has. The caller holds the lock on `user`. A
 *  connected provider counts while the installation offers it. */
export const requireAnotherWayIn = async (
  tx: Tx,
  user: UserRow,
  offered: ReadonlySet<ProviderName>,
  leaving: { provider: ProviderName } | { passkeyId: string },
): Promise<void> => {
  if (user.passwordHash !== null) return
  const connected = await tx.select().from(identities).where(eq(identities.userId, user.id))
  const kept = await tx.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.userId, user.id))
  const others = [
    ...connected.filter(
      ({ provider }) => offered.has(provider) && !('provider' in leaving && leaving.provider === provider),
    ),
    ...kept.filter(({ id }) => !('passkeyId' in leaving && leaving.passkeyId === id)),
  ]
  if (others.length === 0) throw refuse('last_sign_in_method')
}
