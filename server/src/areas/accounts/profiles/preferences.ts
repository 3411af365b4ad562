import { eq } from 'drizzle-orm'
import type { Parsed } from '#contract/endpoint.ts'
import type { updatePreferences as endpoint, Preferences } from '#contract/profiles.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { refuse } from '../../../door/refusal.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { requireUnchanged, type Undoer, undoOf } from '../../activity/undo/undoers.ts'
import { lockUser } from '../lock-user.ts'
import type { Self } from '../security-event.ts'
import { sessionOf } from '../session-of.ts'
import { type StoredPreferences, users } from '../table.ts'

const view = ({ theme = 'system', earlyAccess = false, mail = {} }: StoredPreferences): Preferences => ({
  theme,
  earlyAccess,
  mail: {
    trainingComplete: mail.trainingComplete ?? true,
    deploymentStatus: mail.deploymentStatus ?? true,
    productUpdates: mail.productUpdates ?? false,
    billingAlerts: true,
  },
})

/** What a person has chosen, with what holds where they have not. Of somebody who is gone: the defaults. */
export const loadPreferences = async (db: Db | Tx, userId: string): Promise<Preferences> => {
  const [row] = await db.select({ preferences: users.preferences }).from(users).where(eq(users.id, userId))
  return view(row?.preferences ?? {})
}

/** Changes the given preferences; the feed keeps what they were. Returns all of them. */
export const changePreferences = async (
  cell: Cell,
  self: Self,
  wanted: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<Preferences> =>
  cell.db.transaction(async (tx) => {
    const { preferences } = await lockUser(tx, self.userId)
    return keepPreferences(tx, self, preferences, wanted, { kind: 'preferences' }, at)
  })

/** Takes a change of preferences back. Of somebody's own only. */
export const undoPreferences: Undoer = {
  permission: 'workspace.edit',
  async undo(tx, actor, event, at) {
    const { self, userId } = sessionOf(actor)
    if (actor.workspace.id !== userId) throw refuse('not_undoable')
    const { preferences } = await lockUser(tx, userId)
    requireUnchanged(flat(view(preferences)), event)
    const { theme, earlyAccess, ...mail } = event.before as Partial<Flat>
    await keepPreferences(tx, self, preferences, { theme, earlyAccess, mail }, undoOf(event), at)
  },
}

/** Of somebody whose row is locked. */
const keepPreferences = async (
  tx: Tx,
  { userId, ...self }: Self,
  preferences: StoredPreferences,
  { theme, earlyAccess, mail }: Parsed<typeof endpoint, 'body'>,
  metadata: Record<string, unknown>,
  at: Date,
): Promise<Preferences> => {
  const changed: StoredPreferences = {
    ...preferences,
    ...(theme === undefined ? {} : { theme }),
    ...(earlyAccess === undefined ? {} : { earlyAccess }),
    ...(mail === undefined ? {} : { mail: { ...preferences.mail, ...withoutUndefined(mail) } }),
  }
  const [before, after] = [flat(view(preferences)), flat(view(changed))]
  const names = (Object.keys(after) as (keyof Flat)[]).filter((name) => before[name] !== after[name])
  if (names.length === 0) return view(changed)
  await tx.update(users).set({ preferences: changed }).where(eq(users.id, userId))
  const pick = (from: Flat) => Object.fromEntries(names.map((name) => [name, from[name]]))
  await recordActivity(
    tx,
    'settings/updated',
    { userId, workspaceId: userId, ...self },
    { name: 'Preferences', metadata: { before: pick(before), after: pick(after), ...metadata } },
    at,
  )
  return view(changed)
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T

type Flat = Omit<Preferences, 'mail'> & Preferences['mail']
const flat = ({ mail, ...rest }: Preferences): Flat => ({ ...rest, ...mail })
