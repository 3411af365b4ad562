import { eq } from 'drizzle-orm'
import type { ProviderName } from '#contract/identities.ts'
import type { Tx } from '../../cells/database.ts'
import type { Directory, EntryKey } from '../../directory/directory.ts'
import { refuse } from '../../door/refusal.ts'
import { passkeyEntry } from './factors/passkey-entry.ts'
import type { UserRow } from './lock-user.ts'
import { identities, passkeys } from './table.ts'

/** Refuses with last_sign_in_method when `leaving`, the row of a passkey or a connected account, is the only way in that this person has.
 *  The caller holds the lock on `user`. A connected account counts while the installation offers its provider. */
export const requireAnotherWayIn = async (
  tx: Tx,
  directory: Directory,
  user: UserRow,
  offered: ReadonlySet<ProviderName>,
  leaving: { digest: Buffer } | { credentialId: Buffer },
): Promise<void> => {
  if (user.passwordHash !== null) return
  const connected = await tx.select().from(identities).where(eq(identities.userId, user.id))
  const kept = await tx.select().from(passkeys).where(eq(passkeys.userId, user.id))
  const others: EntryKey[] = [
    ...connected
      .filter(
        ({ provider, digest }) =>
          offered.has(provider) && !('digest' in leaving && leaving.digest.equals(digest)),
      )
      .map(({ digest }) => ({ kind: 'external_login' as const, digest })),
    ...kept
      .filter(({ credentialId }) => !('credentialId' in leaving && leaving.credentialId.equals(credentialId)))
      .map(({ credentialId }) => passkeyEntry(credentialId)),
  ]
  // One whose removal died half-way has left the directory already and signs nobody in.
  for (const entry of others) if ((await directory.find(entry))?.subjectId === user.id) return
  throw refuse('last_sign_in_method')
}
