import type { Actor } from '../../door/actor.ts'
import { refuseUntil } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { dropIcon, iconUrl, keepIcon } from '../accounts/profiles/icon.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { requireOwnProfile } from './own-profile.ts'
import { prepareIcon } from './prepare-icon.ts'

/** Preparing one takes the machine up to seconds, and everybody's wait in one line. */
const perMinuteMax = 6

/** Gives the workspace a picture and returns its address. Refuses with image_unreadable, or rate_limited. */
export const setIcon = async (
  { siteUrl, rate }: Pick<House, 'siteUrl' | 'rate'>,
  actor: Actor,
  bytes: Buffer,
  at: Date,
): Promise<string> => {
  requireOwnProfile(actor)
  const { cell, id, username } = actor.workspace
  await takeIconTurn(rate, actor, at)
  const webp = await prepareIcon(bytes)
  const iconId = await cell.db.transaction(async (tx) => {
    const kept = await keepIcon(tx, id, webp, at)
    await recordActivity(tx, 'settings/updated', doerOf(actor), changed('set'), at)
    return kept
  })
  return iconUrl(siteUrl(), username, iconId)
}

/** Counts a picture that somebody sends. Refuses with rate_limited. */
export const takeIconTurn = async (
  rate: House['rate'],
  { userId }: Pick<Actor, 'userId'>,
  at: Date,
): Promise<void> => {
  const turn = await rate.take(`icon:${userId}`, perMinuteMax, at.getTime())
  if (!turn.allowed) throw refuseUntil('rate_limited', new Date(turn.resetAtMs), at)
}

/** Goes back to colour and initials. Safe to repeat. */
export const removeIcon = async (actor: Actor, at: Date): Promise<void> => {
  requireOwnProfile(actor)
  const { cell, id } = actor.workspace
  await cell.db.transaction(async (tx) => {
    if (await dropIcon(tx, id))
      await recordActivity(tx, 'settings/updated', doerOf(actor), changed('removed'), at)
  })
}

const changed = (icon: 'set' | 'removed') => ({ name: 'Picture', metadata: { kind: 'icon', icon } })
