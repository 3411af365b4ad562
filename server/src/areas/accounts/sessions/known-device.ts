import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { sha256 } from '../../../crypto/digest.ts'
import type { ClientDetails } from '../../../door/actor.ts'
import { knownDevices } from '../table.ts'

/** Where a sign-in comes from. `device` is the lasting token of that browser. */
export type Client = Pick<ClientDetails, 'ip' | 'userAgent'> & { device: string }

/** How long a browser is remembered, in seconds. */
export const deviceSeconds = 400 * 24 * 3600

/** Remembers that this person uses this browser. `first` is the very first of an account, `new` another one than before. */
export const noteDevice = async (
  tx: Tx,
  userId: string,
  device: string,
  at: Date,
): Promise<'first' | 'known' | 'new'> => {
  // With the person's id in it nobody can tell from the store who share a browser.
  const digest = sha256(`${userId}:${device}`)
  const [known] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(knownDevices)
    .where(eq(knownDevices.userId, userId))
  const [noted] = await tx
    .insert(knownDevices)
    .values({ userId, digest, lastSeenAt: at })
    .onConflictDoUpdate({ target: [knownDevices.userId, knownDevices.digest], set: { lastSeenAt: at } })
    .returning({ isNew: sql<boolean>`xmax = 0` })
  if (!noted?.isNew) return 'known'
  return known?.count === 0 ? 'first' : 'new'
}
