import { and, eq, ne } from 'drizzle-orm'
import type { z } from 'zod'
import type { getSettings } from '#contract/accounts.ts'
import type { Received } from '#contract/endpoint.ts'
import type { ProfileFields } from '#contract/profile-fields.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedToKeys } from '../../door/helpful.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { addJob, type JobPayload } from '../../outbox/outbox.ts'
import { findPrimaryEmail } from '../accounts/emails/find-email.ts'
import { renameGuest } from '../accounts/profiles/guest.ts'
import { findIconUrl } from '../accounts/profiles/icon.ts'
import { type ChangedFields, changeProfile, loadProfile, lockFields } from '../accounts/profiles/profile.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { requireUnchanged, type Undoer, undoOf } from '../activity/undo/undoers.ts'
import { requireOwnProfile } from './own-profile.ts'
import { workspaces } from './table.ts'

/** The profile of the workspace, with the address of the person asking (SPEC 3.1). */
export const loadSettings = async (
  house: Pick<House, 'cells' | 'directory' | 'keyRing' | 'siteUrl'>,
  actor: Actor,
): Promise<Received<typeof getSettings>> => {
  const { workspace } = actor
  const profile = await loadProfile(workspace.cell.db, workspace.id)
  return {
    displayName: profile.displayName,
    company: profile.company,
    useCase: profile.useCase,
    bio: profile.bio,
    socials: profile.socials,
    plan: workspace.plan,
    username: profile.username,
    email: await findPrimaryEmail((await homeOf(house, actor)).db, house.keyRing, actor.userId),
    imageUrl: await findIconUrl(house, workspace.cell, workspace),
    accountType: workspace.accountType,
    ...(profile.iconColor ? { iconColor: profile.iconColor } : {}),
    ...(profile.iconLetter ? { iconLetter: profile.iconLetter } : {}),
    region: workspace.region,
    ...(workspace.accountType === 'team' ? { secondFactorRequired: workspace.secondFactorRequired } : {}),
  }
}

/** The cell of the person who acts, which may be another than the workspace's. */
const homeOf = async (
  { cells, directory }: Pick<House, 'cells' | 'directory'>,
  { credential, userId, workspace }: Actor,
): Promise<Cell> => {
  if (credential.kind === 'session') return credential.cell
  const cellId = await directory.findCellOf(userId)
  return cellId === undefined ? workspace.cell : cells.get(cellId)
}

/** Changes profile fields, and for a team whether its members need a second factor. Keeps what they were, so that the feed can show and
 *  later undo it. Refuses with invalid_request when a person asks that of themselves, and with second_factor_missing when somebody asks
 *  of others what they have not done. */
export const updateSettings = async (
  actor: Actor,
  { secondFactorRequired, ...fields }: z.output<typeof ProfileFields>,
  at: Date,
): Promise<void> => {
  requireOwnProfile(actor)
  const { cell } = actor.workspace
  if (secondFactorRequired !== undefined) requireMayAskSecondFactor(actor, secondFactorRequired)
  await cell.db.transaction(async (tx) => {
    await keepProfile(tx, actor, fields, { kind: 'profile' }, at)
    if (secondFactorRequired !== undefined) await askSecondFactor(tx, actor, secondFactorRequired, at)
  })
}

const keepProfile = async (
  tx: Tx,
  actor: Actor,
  fields: ChangedFields,
  metadata: Record<string, unknown>,
  at: Date,
): Promise<void> => {
  const { cell, id } = actor.workspace
  const change = await changeProfile(tx, id, fields)
  if (!change) return
  if (change.after.displayName !== undefined && id === actor.userId)
    await addJob(tx, 'rename-guest', { cellId: cell.id, userId: id })
  await recordActivity(
    tx,
    'settings/updated',
    doerOf(actor),
    { name: 'Profile', metadata: { ...change, ...metadata } },
    at,
  )
}

/** Takes a change of the profile back: names, texts, links, colour and letter of the icon. */
export const undoProfile: Undoer = {
  permission: 'workspace.edit',
  async undo(tx, actor, event, at) {
    requireOwnProfile(actor)
    requireUnchanged(await lockFields(tx, actor.workspace.id), event)
    await keepProfile(tx, actor, event.before as ChangedFields, undoOf(event), at)
  },
}

const requireMayAskSecondFactor = ({ workspace, credential }: Actor, required: boolean): void => {
  if (workspace.accountType !== 'team')
    throw refuse('invalid_request', { message: 'secondFactorRequired: belongs to teams only' })
  // A key has no second factor to show, and must not switch off what others have to show.
  if (credential.kind === 'key') throw deniedToKeys()
  // Whoever turns it on without one would lock themselves out with the next request.
  if (required && !credential.isStrong) throw refuse('second_factor_missing')
}

const askSecondFactor = async (tx: Tx, actor: Actor, required: boolean, at: Date): Promise<void> => {
  const changed = await tx
    .update(workspaces)
    .set({ secondFactorRequired: required })
    .where(and(eq(workspaces.id, actor.workspace.id), ne(workspaces.secondFactorRequired, required)))
    .returning({ id: workspaces.id })
  if (changed.length === 0) return
  const metadata = { kind: 'security', change: 'second_factor_required', required }
  await recordActivity(tx, 'settings/updated', doerOf(actor), { name: 'Second factor', metadata }, at)
}

/** Job: passes a person's other name on to the workspaces they belong to elsewhere. */
export const passOnName = async (
  { cells, directory }: Pick<House, 'cells' | 'directory'>,
  { cellId = '', userId = '' }: JobPayload,
): Promise<void> => {
  const { displayName } = await loadProfile(cells.get(cellId).db, userId)
  const held = await directory.listHeld('membership', userId)
  const elsewhere = new Set(held.map((place) => place.cellId).filter((id) => id !== cellId))
  for (const id of elsewhere) await renameGuest(cells.get(id).db, userId, displayName)
}
