import { and, eq, isNotNull, ne } from 'drizzle-orm'
import type { Db, Tx } from '../../../cells/database.ts'
import { disconnectedIdentities, emails, identities } from '../table.ts'
import type { ExternalAccount } from './identity.ts'

/** An account at a provider that is not connected, and the address by which its owner was found; digests in base64url. */
export type Link = { account: ExternalAccount; digest: string; emailDigest: string }

const bytes = (digest: string): Buffer => Buffer.from(digest, 'base64url')

/** Whether the account may be connected to this person by its address: it is a proved one of theirs, they have not disconnected the
 *  account, and no other one of that provider is connected. */
export const mayLink = async (
  db: Db | Tx,
  userId: string,
  { account, digest, emailDigest }: Link,
): Promise<boolean> => {
  const owned = await db
    .select({ id: emails.id })
    .from(emails)
    .where(
      and(eq(emails.userId, userId), eq(emails.digest, bytes(emailDigest)), isNotNull(emails.verifiedAt)),
    )
  return (
    owned.length > 0 &&
    !(await isDisconnected(db, userId, digest)) &&
    !(await hasAnother(db, userId, account.provider, digest))
  )
}

/** Whether the person has disconnected the account, and not connected it again. */
export const isDisconnected = async (db: Db | Tx, userId: string, digest: string): Promise<boolean> => {
  const rows = await db
    .select({ userId: disconnectedIdentities.userId })
    .from(disconnectedIdentities)
    .where(and(eq(disconnectedIdentities.userId, userId), eq(disconnectedIdentities.digest, bytes(digest))))
  return rows.length > 0
}

/** Whether another account of the same provider is connected. */
export const hasAnother = async (
  db: Db | Tx,
  userId: string,
  provider: ExternalAccount['provider'],
  digest: string,
): Promise<boolean> => {
  const rows = await db
    .select({ userId: identities.userId })
    .from(identities)
    .where(
      and(
        eq(identities.userId, userId),
        eq(identities.provider, provider),
        ne(identities.digest, bytes(digest)),
      ),
    )
  return rows.length > 0
}
