import { and, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../cells/database.ts'
import { refuse } from '../../door/refusal.ts'
import { orNumbered } from './numbered-slugs.ts'
import { freeSlug, slugOf } from './slug.ts'
import type { datasets, projects } from './table.ts'

/** What has an address of its own in a workspace. */
type Addressed = typeof projects | typeof datasets

/** The slug of a new project or dataset: the one that was asked for, refused with slug_taken when it is; or one made of the name, and made
 *  free. The caller holds the lock of the workspace. Refuses with invalid_request when the name gives none. */
export const chooseSlug = async (
  tx: Tx,
  table: Addressed,
  workspaceId: string,
  { slug, name }: { slug?: string | undefined; name?: string | undefined },
): Promise<string> => {
  const wanted = slug ?? slugOf(name ?? '')
  if (!wanted)
    throw refuse('invalid_request', { message: 'name: must hold a letter or a digit, or send a slug' })
  const taken = await listTakenSlugs(tx, table, workspaceId, wanted)
  if (slug !== undefined && taken.has(slug)) throw refuse('slug_taken')
  return freeSlug(wanted, taken)
}

/** Slugs of what does not lie in the trash that are `slug`, or may be numbered ones of it. */
export const listTakenSlugs = async (
  tx: Tx,
  table: Addressed,
  workspaceId: string,
  slug: string,
): Promise<Set<string>> => {
  const rows = await tx
    .select({ slug: table.slug })
    .from(table)
    .where(and(eq(table.workspaceId, workspaceId), isNull(table.trashedAt), orNumbered(table.slug, slug)))
  return new Set(rows.map((row) => row.slug))
}
