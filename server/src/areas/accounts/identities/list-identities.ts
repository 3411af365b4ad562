import { eq } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { listIdentities as endpoint } from '#contract/identities.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { identities, users } from '../table.ts'
import { openAccount } from './identity.ts'

/** The accounts at providers that sign a person in. */
export const listIdentities = async (
  { keyRing }: Pick<House, 'keyRing'>,
  { db }: Cell,
  userId: string,
): Promise<Received<typeof endpoint>> => {
  const rows = await db
    .select()
    .from(identities)
    .where(eq(identities.userId, userId))
    .orderBy(identities.connectedAt)
  const [user] = await db.select().from(users).where(eq(users.id, userId))
  const dataKey = await loadDataKey(db, keyRing, userId)
  return {
    identities: rows.map((row) => ({
      provider: row.provider,
      email: openAccount(dataKey, row).email,
      connectedAt: row.connectedAt.toISOString(),
    })),
    hasPassword: user?.passwordHash != null,
  }
}
