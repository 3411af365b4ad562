import { and, eq, inArray } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { House } from '../../../house.ts'
import { profileIcons } from '../table.ts'

/** The address of the picture of a person or a team, or null where they have none. It is absolute, and another one for every picture. */
export const findIconUrl = async (
  { siteUrl }: Pick<House, 'siteUrl'>,
  { db }: Cell,
  profile: { id: string; username: string },
): Promise<string | null> => {
  const [row] = await db
    .select({ id: profileIcons.id })
    .from(profileIcons)
    .where(eq(profileIcons.profileId, profile.id))
  return row ? iconUrl(siteUrl(), profile.username, row.id) : null
}

export const iconUrl = (siteUrl: string, username: string, iconId: string): string =>
  `${siteUrl}/api/icons/${username}/${iconId}.webp`

/** Ids of the pictures of these people, of those who have one. */
export const listIconIds = async (db: Db, profileIds: readonly string[]): Promise<Map<string, string>> => {
  if (profileIds.length === 0) return new Map()
  const rows = await db
    .select({ profileId: profileIcons.profileId, id: profileIcons.id })
    .from(profileIcons)
    .where(inArray(profileIcons.profileId, [...profileIds]))
  return new Map(rows.map(({ profileId, id }) => [profileId, id]))
}

/** Keeps a prepared picture in place of whatever was there, and returns its id. */
export const keepIcon = async (tx: Tx, profileId: string, webp: Buffer, at: Date): Promise<string> => {
  const id = makeId(at)
  await tx
    .insert(profileIcons)
    .values({ profileId, id, webp })
    .onConflictDoUpdate({ target: profileIcons.profileId, set: { id, webp } })
  return id
}

/** Takes the picture away. False when there was none. */
export const dropIcon = async (tx: Tx, profileId: string): Promise<boolean> => {
  const gone = await tx
    .delete(profileIcons)
    .where(eq(profileIcons.profileId, profileId))
    .returning({ id: profileIcons.id })
  return gone.length > 0
}

/** The bytes of a picture, or undefined when it was replaced. */
export const readIcon = async (
  { db }: Cell,
  profileId: string,
  iconId: string,
): Promise<Buffer | undefined> => {
  const [row] = await db
    .select({ webp: profileIcons.webp })
    .from(profileIcons)
    .where(and(eq(profileIcons.profileId, profileId), eq(profileIcons.id, iconId)))
  return row?.webp
}
