import { and, eq, isNull } from 'drizzle-orm'
import type { Plan } from '#contract/common.ts'
import { enterpriseLicense } from '#contract/library-fields.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import { refuse } from '../../../door/refusal.ts'
import type { Doer } from '../../activity/record-activity.ts'
import { orNumbered } from '../numbered-slugs.ts'
import { freeSlug, slugOf } from '../slug.ts'
import { type ProjectRow, projects, type Visibility } from '../table.ts'

/** How a project begins in a workspace of this plan (SPEC 15.4). */
export const defaultsOf = (plan: Plan): { visibility: Visibility; license: string | null } =>
  plan === 'enterprise'
    ? { visibility: 'private', license: enterpriseLicense }
    : { visibility: 'public', license: null }

type New = Omit<typeof projects.$inferInsert, 'id' | 'workspaceId' | 'createdAt' | 'updatedAt'>

/** Writes a new project. The caller holds the lock of the workspace, found the slug free and tells the feed. */
export const insertProject = async (
  tx: Tx,
  { workspaceId }: Pick<Doer, 'workspaceId'>,
  fields: New,
  at: Date,
): Promise<ProjectRow> => {
  const [project] = await tx
    .insert(projects)
    .values({ ...fields, id: makeId(at), workspaceId, createdAt: at, updatedAt: at })
    .returning()
  if (!project) throw new Error('An insert returned no row')
  return project
}

/** The slug of a new project: the one that was asked for, refused with slug_taken when it is; or one made of the name, and made free.
 *  The caller holds the lock of the workspace. Refuses with invalid_request when the name gives none. */
export const chooseSlug = async (
  tx: Tx,
  workspaceId: string,
  { slug, name }: { slug?: string | undefined; name?: string | undefined },
): Promise<string> => {
  const wanted = slug ?? slugOf(name ?? '')
  if (!wanted)
    throw refuse('invalid_request', { message: 'name: must hold a letter or a digit, or send a slug' })
  const taken = await listTaken(tx, workspaceId, wanted)
  if (slug !== undefined && taken.has(slug)) throw refuse('slug_taken')
  return freeSlug(wanted, taken)
}

/** Slugs of living projects that are `slug`, or may be numbered ones of it. */
export const listTaken = async (tx: Tx, workspaceId: string, slug: string): Promise<Set<string>> => {
  const rows = await tx
    .select({ slug: projects.slug })
    .from(projects)
    .where(
      and(eq(projects.workspaceId, workspaceId), isNull(projects.trashedAt), orNumbered(projects.slug, slug)),
    )
  return new Set(rows.map((row) => row.slug))
}
