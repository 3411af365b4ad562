import type { z } from 'zod'
import type { getSettings, ProfileFields } from '#contract/accounts.ts'
import type { Received } from '#contract/endpoint.ts'
import type { Actor } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { findPrimaryEmail } from '../accounts/create-user.ts'
import { changeProfile, loadProfile } from '../accounts/profile.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'

/** The profile of the workspace, with the address of the person asking (SPEC 3.1). */
export const loadSettings = async (
  { keyRing }: Pick<House, 'keyRing'>,
  actor: Actor,
): Promise<Received<typeof getSettings>> => {
  const { workspace } = actor
  const profile = await loadProfile(workspace.cell.db, workspace.id)
  const home = actor.credential.kind === 'session' ? actor.credential.cell : workspace.cell
  return {
    displayName: profile.displayName,
    company: profile.company,
    useCase: profile.useCase,
    bio: profile.bio,
    socials: profile.socials,
    plan: workspace.plan,
    username: profile.username,
    email: await findPrimaryEmail(home.db, keyRing, actor.userId),
    imageUrl: null,
    accountType: workspace.accountType,
    ...(profile.iconColor ? { iconColor: profile.iconColor } : {}),
    ...(profile.iconLetter ? { iconLetter: profile.iconLetter } : {}),
    region: workspace.region,
  }
}

/** Changes profile fields and keeps what they were, so that the feed can show and later undo it. */
export const updateSettings = async (
  actor: Actor,
  fields: z.output<typeof ProfileFields>,
  at: Date,
): Promise<void> => {
  const { cell, id } = actor.workspace
  await cell.db.transaction(async (tx) => {
    const change = await changeProfile(tx, id, fields)
    if (change)
      await recordActivity(
        tx,
        'settings/updated',
        doerOf(actor),
        { name: 'Profile', metadata: { ...change } },
        at,
      )
  })
}
