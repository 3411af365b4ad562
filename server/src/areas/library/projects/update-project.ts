import { and, eq, isNull } from 'drizzle-orm'
import type { ProjectChange } from '#contract/projects.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { changeOf, orNull } from '../change.ts'
import { listTakenSlugs } from '../choose-slug.ts'
import { slugOf } from '../slug.ts'
import { setStar } from '../stars.ts'
import { type ProjectRow, projects } from '../table.ts'

/** Changes the given fields, and tells the feed what they were. A new name takes its slug along; one without a letter or digit leaves
 *  the slug. Returns the project as it is then. Refuses with slug_taken, license_locked, or project_not_found when it went meanwhile. */
export const updateProject = (
  actor: Actor,
  projectId: string,
  { starred, ...fields }: ProjectChange,
  at: Date,
): Promise<ProjectRow> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const project = await lockProject(tx, actor.workspace.id, projectId)
    if (fields.license !== undefined && project.licenseLocked && fields.license !== project.license)
      throw refuse('license_locked')
    const changed = await writeProject(tx, doerOf(actor), project, wantedOf(project, fields), at)
    if (starred !== undefined)
      await setStar(tx, 'project', { id: projectId, userId: actor.userId }, starred, at)
    return changed
  })

/** The row of a living project, with its workspace locked before it. Refuses with project_not_found. */
export const lockProject = async (tx: Tx, workspaceId: string, projectId: string): Promise<ProjectRow> => {
  await lockWorkspace(tx, workspaceId)
  const [project] = await tx
    .select()
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.workspaceId, workspaceId), isNull(projects.trashedAt)))
    .for('no key update')
  if (!project) throw refuse('project_not_found')
  return project
}

/** Fields of a project that people change. */
export type ProjectFields = Partial<
  Pick<
    ProjectRow,
    | 'name'
    | 'slug'
    | 'description'
    | 'visibility'
    | 'metadata'
    | 'tags'
    | 'license'
    | 'archived'
    | 'iconColor'
    | 'iconLetter'
    | 'viewPreferences'
  >
>

const wantedOf = (project: ProjectRow, fields: Omit<ProjectChange, 'starred'>): ProjectFields => {
  const isRenamed = fields.name !== undefined && fields.name !== project.name
  const slug = isRenamed ? slugOf(fields.name ?? '') || undefined : undefined
  const { license, iconColor, iconLetter } = fields
  const wanted = {
    ...fields,
    slug,
    license: orNull(license),
    iconColor: orNull(iconColor),
    iconLetter: orNull(iconLetter),
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

/** Writes what differs, with an event for it, and one of its own for who may see it. The caller holds the locks. Refuses with
 *  slug_taken. `metadata` is told beside it. */
export const writeProject = async (
  tx: Tx,
  doer: Doer,
  project: ProjectRow,
  wanted: ProjectFields,
  at: Date,
  metadata: Record<string, unknown> = {},
): Promise<ProjectRow> => {
  const { visibility, ...rest } = wanted
  if (rest.slug !== undefined && rest.slug !== project.slug)
    if ((await listTakenSlugs(tx, projects, doer.workspaceId, rest.slug)).has(rest.slug))
      throw refuse('slug_taken')
  const [facts, shown] = [changeOf(project, rest), changeOf(project, { visibility })]
  if (!facts && !shown) return project
  const [changed] = await tx
    .update(projects)
    .set({ ...facts?.after, ...shown?.after, updatedAt: at })
    .where(eq(projects.id, project.id))
    .returning()
  if (!changed) throw refuse('project_not_found')
  const subject = { id: changed.id, name: changed.name }
  if (facts)
    await recordActivity(tx, 'project/updated', doer, { ...subject, metadata: { ...metadata, ...facts } }, at)
  if (shown) {
    const event = visibility === 'public' ? 'project/shared' : 'project/unshared'
    await recordActivity(tx, event, doer, { ...subject, metadata: { ...metadata, ...shown } }, at)
  }
  return changed
}
