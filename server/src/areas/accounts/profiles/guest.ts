import { eq, inArray } from 'drizzle-orm'
import type { Region } from '#contract/common.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import type { House } from '../../../house.ts'
import { createDataKey } from '../data-key.ts'
import { dataKeys, guests, profiles } from '../table.ts'
import { loadProfile } from './profile.ts'

/** What a workspace in another cell is told of a person besides the address they were invited at. */
export type Guest = { id: string; username: string; displayName: string; region: Region }

/** What somebody who lives in `home` would tell other cells. */
export const loadGuest = async (home: Cell, userId: string): Promise<Guest> => {
  const { username, displayName } = await loadProfile(home.db, userId)
  return { id: userId, username, displayName, region: home.region }
}

/** Lets a cell know somebody who lives in another one, under a data key of their own there (ARCHITECTURE decision 7). Does nothing for
 *  people of this cell. The name stays when they leave, so that the audit log goes on naming them; the key
 *  goes with the last workspace here. */
export const welcomeGuest = async (
  tx: Tx,
  { keyRing }: Pick<House, 'keyRing'>,
  guest: Guest,
  at: Date,
): Promise<void> => {
  const own = await tx.select({ id: profiles.id }).from(profiles).where(eq(profiles.id, guest.id))
  if (own.length > 0) return
  const { id, username, displayName, region } = guest
  await tx
    .insert(guests)
    .values({ id, username, displayName, region, createdAt: at })
    .onConflictDoUpdate({ target: guests.id, set: { displayName } })
  const keys = await tx.select({ id: dataKeys.accountId }).from(dataKeys).where(eq(dataKeys.accountId, id))
  if (keys.length === 0) await createDataKey(tx, keyRing, id, at)
}

/** Destroys the data key of a guest who has left this cell. Of the cell's own people nothing is touched. */
export const forgetGuestKey = async (tx: Tx, id: string): Promise<void> => {
  const [guest] = await tx.select({ id: guests.id }).from(guests).where(eq(guests.id, id)).for('update')
  if (guest) await tx.delete(dataKeys).where(eq(dataKeys.accountId, id))
}

/** Guests of this cell by id. */
export const findGuests = async (db: Db, ids: readonly string[]): Promise<Map<string, Guest>> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select()
    .from(guests)
    .where(inArray(guests.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row]))
}

/** Passes on another display name. Safe to repeat. */
export const renameGuest = async (db: Db, id: string, displayName: string): Promise<void> => {
  await db.update(guests).set({ displayName }).where(eq(guests.id, id))
}
