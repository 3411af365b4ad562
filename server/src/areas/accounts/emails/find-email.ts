import { and, eq, isNotNull } from 'drizzle-orm'
import type { Db, Tx } from '../../../cells/database.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { type DataKey, openField, sealField } from '../../../crypto/seal.ts'
import { loadDataKey } from '../data-key.ts'
import { emails } from '../table.ts'

const addressIdentity = (emailId: string): string => `emails.address:${emailId}`

export const sealAddress = (key: DataKey, emailId: string, address: string): Buffer =>
  sealField(key, addressIdentity(emailId), address)

export const openAddress = (
  key: DataKey,
  { id, addressSealed }: Pick<typeof emails.$inferSelect, 'id' | 'addressSealed'>,
): string => openField(key, addressIdentity(id), addressSealed)

/** A proved address of this person by its digest in the directory; undefined when they have not proved it. */
export const findVerifiedEmail = async (
  db: Db,
  ring: KeyRing,
  userId: string,
  digest: Buffer,
): Promise<string | undefined> => {
  const [row] = await db
    .select()
    .from(emails)
    .where(and(eq(emails.userId, userId), eq(emails.digest, digest), isNotNull(emails.verifiedAt)))
  return row && openAddress(await loadDataKey(db, ring, userId), row)
}

/** The address that mail for a person goes to. */
export const findPrimaryEmail = async (db: Db | Tx, ring: KeyRing, userId: string): Promise<string> => {
  const rows = await db.select().from(emails).where(eq(emails.userId, userId))
  const primary = rows.find((row) => row.isPrimary)
  if (!primary) throw new Error('A person without a primary address')
  return openAddress(await loadDataKey(db, ring, userId), primary)
}
