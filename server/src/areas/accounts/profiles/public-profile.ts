import { and, eq, sql } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { getUser as endpoint, followUser as followEndpoint } from '#contract/profiles.ts'
import { isUsernameWellFormed } from '#contract/username.ts'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { follows } from '../table.ts'
import { findIconUrl } from './icon.ts'
import { loadProfile } from './profile.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'siteUrl'>

/** What everybody may see of a person or a team (SPEC 15.3). `viewerId` is who is looking, if anybody. Refuses with user_not_found. */
export const showUser = async (
  house: Needs,
  username: string,
  viewerId: string | undefined,
): Promise<Received<typeof endpoint>['user']> => {
  const { cell, profileId } = await locateUser(house, username)
  const profile = await loadProfile(cell.db, profileId)
  const imageUrl = await findIconUrl(house, cell, profile)
  const { displayName, company, useCase, bio, socials, iconColor, iconLetter } = profile
  const shown = Object.fromEntries(Object.entries(socials).filter(([, handle]) => handle !== ''))
  return {
    username: profile.username,
    fullName: displayName,
    accountType: profileId.startsWith('team_') ? 'team' : 'personal',
    ...(imageUrl ? { imageUrl } : {}),
    ...(iconColor ? { iconColor } : {}),
    ...(iconLetter ? { iconLetter } : {}),
    ...(bio ? { bio } : {}),
    ...(company ? { company } : {}),
    ...(useCase ? { useCase } : {}),
    ...(Object.keys(shown).length > 0 ? { socials: shown } : {}),
    followerCount: await countFollowers(cell, profileId),
    isFollowed: viewerId !== undefined && (await isFollowing(cell, profileId, viewerId)),
  }
}

/** Follows somebody, or stops to. Safe to repeat. Refuses with user_not_found or cannot_follow_self. */
export const followUser = async (
  house: Needs,
  followerId: string,
  { username, followed }: { username: string; followed: boolean },
  at: Date,
): Promise<Received<typeof followEndpoint>> => {
  const { cell, profileId } = await locateUser(house, username)
  if (profileId === followerId) throw refuse('cannot_follow_self')
  if (followed)
    await cell.db.insert(follows).values({ profileId, followerId, createdAt: at }).onConflictDoNothing()
  else
    await cell.db
      .delete(follows)
      .where(and(eq(follows.profileId, profileId), eq(follows.followerId, followerId)))
  return { followed, followerCount: await countFollowers(cell, profileId) }
}

/** Where the profile of a username lives. Refuses with user_not_found. */
export const locateUser = async (
  { directory, cells }: Pick<House, 'directory' | 'cells'>,
  username: string,
): Promise<{ cell: Cell; profileId: string }> => {
  const place = isUsernameWellFormed(username)
    ? await directory.find(directory.guessable('username', username))
    : undefined
  if (!place) throw refuse('user_not_found')
  return { cell: cells.get(place.cellId), profileId: place.subjectId }
}

const countFollowers = async ({ db }: Cell, profileId: string): Promise<number> => {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(follows)
    .where(eq(follows.profileId, profileId))
  return row?.count ?? 0
}

const isFollowing = async ({ db }: Cell, profileId: string, followerId: string): Promise<boolean> => {
  const rows = await db
    .select({ profileId: follows.profileId })
    .from(follows)
    .where(and(eq(follows.profileId, profileId), eq(follows.followerId, followerId)))
  return rows.length > 0
}
