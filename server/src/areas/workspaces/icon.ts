import type { Actor } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { dropIcon, iconUrl, keepIcon } from '../accounts/icon.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { prepareIcon } from './prepare-icon.ts'

/** Gives the workspace a picture and returns its address. Refuses with image_unreadable. */
export const setIcon = async (
  { siteUrl }: Pick<House, 'siteUrl'>,
  actor: Actor,
  bytes: Buffer,
  at: Date,
): Promise<string> => {
  const { cell, id, username } = actor.workspace
  const webp = await prepareIcon(bytes)
  const iconId = await cell.db.transaction(async (tx) => {
    const kept = await keepIcon(tx, id, webp, at)
    await recordActivity(tx, 'settings/updated', doerOf(actor), changed('set'), at)
    return kept
  })
  return iconUrl(siteUrl(), username, iconId)
}

/** Goes back to colour and initials. Safe to repeat. */
export const removeIcon = async (actor: Actor, at: Date): Promise<void> => {
  const { cell, id } = actor.workspace
  await cell.db.transaction(async (tx) => {
    if (await dropIcon(tx, id))
      await recordActivity(tx, 'settings/updated', doerOf(actor), changed('removed'), at)
  })
}

const changed = (icon: 'set' | 'removed') => ({ name: 'Picture', metadata: { kind: 'icon', icon } })
