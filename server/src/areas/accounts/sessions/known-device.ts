import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { sha256 } from '../../../crypto/digest.ts'
import type { ClientDetails } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { knownDevices } from '../table.ts'

/** Where a sign-in comes from. `device` is the lasting token of that browser. */
export type Client = Pick<ClientDetails, 'ip' | 'userAgent'> & { device: string }

/** How long a browser is remembered, in seconds. */
export const deviceSeconds = 400 * 24 * 3600

/** More browsers than this nobody tells apart; the longest unused are forgotten. */
const devicesMax = 50

/** Forgets browsers that have not been used for as long as their token lasts. */
export const sweepDevices = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  const long = secondsAfter(at, -deviceSeconds)
  await Promise.all(
    cells.all.map((cell) => cell.db.delete(knownDevices).where(lt(knownDevices.lastSeenAt, long))),
  )
}

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
  if ((known?.count ?? 0) >= devicesMax) await forgetOldest(tx, userId)
  return known?.count === 0 ? 'first' : 'new'
}

const forgetOldest = async (tx: Tx, userId: string): Promise<void> => {
  const oldest = tx
    .select({ digest: knownDevices.digest })
    .from(knownDevices)
    .where(eq(knownDevices.userId, userId))
    .orderBy(asc(knownDevices.lastSeenAt))
    .limit(1)
  await tx
    .delete(knownDevices)
    .where(and(eq(knownDevices.userId, userId), inArray(knownDevices.digest, oldest)))
}
