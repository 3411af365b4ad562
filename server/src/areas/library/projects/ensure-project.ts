import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { orNumbered } from '../numbered-slugs.ts'
import { freeSlug, isNumbered } from '../slug.ts'
import { type ProjectRow, projects } from '../table.ts'
import { defaultsOf, insertProject } from './insert-project.ts'

/** The project of this slug in the workspace, made when there is none. While one of that name lies in the trash, the new one
 *  becomes `slug-2` (SPEC 16.3). The workspace row stays locked until the transaction ends: two first runs make one project. */
export const ensureProject = async (
  tx: Tx,
  doer: Doer,
  slug: string,
  name: string,
  at: Date,
): Promise<ProjectRow> => {
  const { plan } = await lockWorkspace(tx, doer.workspaceId)
  const near = await listNear(tx, doer.workspaceId, slug)
  const living = livingOf(near, slug)
  if (living) return living
  const free = freeSlug(slug, new Set(near.map((row) => row.slug)))
  const project = await insertProject(tx, doer, { ...defaultsOf(plan), slug: free, name }, at)
  await recordActivity(tx, 'project/created', doer, { id: project.id, name: project.name }, at)
  return project
}

/** The project that runs naming `slug` belong to, or undefined when there is none yet. */
export const findLivingProject = async (
  tx: Tx,
  workspaceId: string,
  slug: string,
): Promise<ProjectRow | undefined> => livingOf(await listNear(tx, workspaceId, slug), slug)

const listNear = (tx: Tx, workspaceId: string, slug: string): Promise<ProjectRow[]> =>
  tx
    .select()
    .from(projects)
    .where(and(eq(projects.workspaceId, workspaceId), orNumbered(projects.slug, slug)))

const livingOf = (near: readonly ProjectRow[], slug: string): ProjectRow | undefined =>
  near.find((project) => project.slug === slug && !project.trashedAt) ?? followOn(near, slug)

/** When `slug` itself lies in the trash, runs that keep naming it belong to the `slug-2` an earlier one made. */
const followOn = (near: readonly ProjectRow[], slug: string): ProjectRow | undefined => {
  if (!near.some((project) => project.slug === slug)) return undefined
  return near
    .filter((project) => !project.trashedAt && isNumbered(project.slug, slug))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0]
}
