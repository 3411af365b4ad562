import { eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { ProfileFields } from '#contract/profile-fields.ts'
import { askMany } from '../../../cells/ask-many.ts'
import type { Database, Db, Tx } from '../../../cells/database.ts'
import { guests, profiles } from '../table.ts'

export type Profile = typeof profiles.$inferSelect

/** The profile of a person or a team. Throws when the account is gone. */
export const loadProfile = async (db: Db | Tx, id: string): Promise<Profile> => {
  const [row] = await db.select().from(profiles).where(eq(profiles.id, id))
  if (!row) throw new Error('This account is gone')
  return row
}

/** Profiles of this cell by id. */
export const loadProfiles = async (db: Db, ids: readonly string[]): Promise<Map<string, Profile>> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select()
    .from(profiles)
    .where(inArray(profiles.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row]))
}

/** What an account is called. */
export type Names = Pick<Profile, 'username' | 'displayName'>

/** The names of accounts of this cell, in the order of their ids; undefined for those that are gone. */
export const loadNames = ({ pool }: Database, ids: readonly string[]): Promise<(Names | undefined)[]> =>
  askMany<Names & { n: number }>(
    pool,
    'load_names',
    `select asked.n::int as n, username, display_name as "displayName"
     from unnest($1::text[]) with ordinality as asked (id, n) join profiles using (id)`,
    [ids],
  )

/** Display names by id, for lists that name people: of this cell's own, and of guests from others. */
export const loadDisplayNames = async (db: Db | Tx, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const own = db
    .select({ id: profiles.id, displayName: profiles.displayName })
    .from(profiles)
    .where(inArray(profiles.id, [...ids]))
  const rows = await own.unionAll(
    db
      .select({ id: guests.id, displayName: guests.displayName })
      .from(guests)
      .where(inArray(guests.id, [...ids])),
  )
  return new Map(rows.map((row) => [row.id, row.displayName]))
}

const plainFields = ['displayName', 'company', 'useCase', 'bio', 'iconColor', 'iconLetter'] as const
const socialFields = ['github', 'linkedin', 'twitter', 'youtube', 'scholar', 'discord', 'website'] as const

export type ProfileChange = { before: Record<string, string>; after: Record<string, string> }

/** Fields of a profile as the feed tells them: texts, empty where there is none. */
export type ChangedFields = Omit<z.output<typeof ProfileFields>, 'secondFactorRequired'>

/** What the fields of a profile are, which nobody else changes until the end of the transaction. */
export const lockFields = async (tx: Tx, id: string): Promise<Record<string, string>> => {
  const current = await lockProfile(tx, id)
  return Object.fromEntries([
    ...plainFields.map((field) => [field, current[field] ?? '']),
    ...socialFields.map((field) => [field, current.socials[field] ?? '']),
  ])
}

const lockProfile = async (tx: Tx, id: string): Promise<Profile> => {
  const [current] = await tx.select().from(profiles).where(eq(profiles.id, id)).for('update')
  if (!current) throw new Error('This account is gone')
  return current
}

/** Changes the given fields and tells what they were before, for the feed and its undo. Undefined when nothing differs. */
export const changeProfile = async (
  tx: Tx,
  id: string,
  fields: ChangedFields,
): Promise<ProfileChange | undefined> => {
  const current = await lockProfile(tx, id)
  const change: ProfileChange = { before: {}, after: {} }
  const note = (field: string, before: string, after: string | undefined) => {
    if (after === undefined || after === before) return
    change.before[field] = before
    change.after[field] = after
  }
  for (const field of plainFields) note(field, current[field] ?? '', fields[field])
  for (const field of socialFields) note(field, current.socials[field] ?? '', fields[field])
  if (Object.keys(change.after).length === 0) return undefined
  const socials = { ...current.socials }
  for (const field of socialFields) if (fields[field] !== undefined) socials[field] = fields[field]
  const plain = Object.fromEntries(
    plainFields.flatMap((field) => (field in change.after ? [[field, change.after[field]]] : [])),
  )
  await tx
    .update(profiles)
    .set({ ...plain, socials })
    .where(eq(profiles.id, id))
  return change
}
