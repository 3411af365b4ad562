import { and, count, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { ProjectSort } from '#contract/library-fields.ts'
import type { listProjects as endpoint, getProject } from '#contract/projects.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { locateWorkspace } from '../../workspaces/find-membership.ts'
import { nameHolds, orderOfProjects, requireInReach } from '../list-order.ts'
import { listModels } from '../models/list-models.ts'
import { listStarred } from '../stars.ts'
import { type ProjectRow, projects } from '../table.ts'
import { projectView } from '../views.ts'
import type { SeenProject } from '../visible.ts'
import { listProjectIcons, projectIconUrl } from './project-icon.ts'

type Needs = Pick<House, 'cells' | 'directory' | 'siteUrl'>
type ProjectList = Reply<typeof endpoint>
type Page = {
  visibility?: 'public' | 'private' | undefined
  limit: number
  cursor?: string | undefined
  q?: string | undefined
  sort?: ProjectSort
  offset?: number
}

/** Projects of the workspace; with `username`, those of that person or team which the reader may see. Refuses with page_out_of_range, and
 *  with invalid_request a cursor in another order than it was made in. */
export const listProjects = async (
  house: Needs,
  reader: Actor | null,
  { username, ...page }: Page & { username?: string | undefined },
): Promise<ProjectList> => {
  if (reader && (username === undefined || username === reader.workspace.username)) {
    const { cell, id: workspaceId, username: own } = reader.workspace
    return listOf(house, { cell, workspaceId, username: own, publicOnly: false }, reader.userId, page)
  }
  if (username === undefined) throw refuse('authentication_required')
  const place = await locateWorkspace(house, username)
  if (!place) throw refuse('workspace_not_found')
  return listOf(house, { ...place, username, publicOnly: true }, reader?.userId, page)
}

type Of = { cell: Cell; workspaceId: string; username: string; publicOnly: boolean }

const listOf = async (
  { siteUrl }: Pick<House, 'siteUrl'>,
  { cell, workspaceId, username, publicOnly }: Of,
  userId: string | undefined,
  { limit, cursor, visibility, q, sort = 'updated', offset = 0 }: Page,
): Promise<ProjectList> => {
  requireInReach(offset, limit)
  if (cursor !== undefined && (sort !== 'updated' || offset > 0))
    throw refuse('invalid_request', { message: 'cursor: goes with neither another sort nor an offset' })
  const matching = and(
    eq(projects.workspaceId, workspaceId),
    isNull(projects.trashedAt),
    publicOnly ? eq(projects.visibility, 'public') : undefined,
    visibility ? eq(projects.visibility, visibility) : undefined,
    nameHolds(projects, q),
  )
  const rows = await cell.db
    .select()
    .from(projects)
    .where(and(matching, cursor === undefined ? undefined : after(cursor)))
    .orderBy(...orderOfProjects(sort))
    .limit(limit + 1)
    .offset(offset)
  const page = rows.slice(0, limit)
  const last = sort === 'updated' && rows.length > limit ? page.at(-1) : undefined
  const [total] = await cell.db.select({ n: count() }).from(projects).where(matching)
  return {
    projects: await viewProjects({ siteUrl }, cell, page, () => username, userId),
    total: total?.n ?? 0,
    region: cell.region,
    ...(last ? { nextCursor: `${last.updatedAt.getTime()}.${last.id}` } : {}),
  }
}

/** What comes after a cursor of ours: the time of the last change, and the id. */
const after = (cursor: string): SQL => {
  const [, ms, id] = /^(\d{1,13})\.([0-9a-f]{24})$/.exec(cursor) ?? []
  if (ms === undefined || id === undefined)
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  return sql`(${projects.updatedAt}, ${projects.id}) < (${new Date(Number(ms)).toISOString()}::timestamptz, ${id})`
}

/** Projects of one cell as lists show them, with the stars of whoever looks. */
export const viewProjects = async (
  { siteUrl }: Pick<House, 'siteUrl'>,
  cell: Cell,
  rows: readonly ProjectRow[],
  usernameOf: (project: ProjectRow) => string,
  userId: string | undefined,
) => {
  const ids = rows.map(({ id }) => id)
  const [icons, starred] = await Promise.all([
    listProjectIcons(cell.db, ids),
    listStarred(cell.db, 'project', ids, userId),
  ])
  return rows.map((row) => {
    const iconId = icons.get(row.id)
    return projectView(row, {
      username: usernameOf(row),
      isStarred: starred.has(row.id),
      imageUrl: iconId ? projectIconUrl(siteUrl(), row.id, iconId) : null,
    })
  })
}

const projectModelsMax = 500

/** A project with its models, newest first. */
export const viewProject = async (
  house: Pick<House, 'siteUrl'>,
  seen: SeenProject,
  userId: string | undefined,
): Promise<Extract<Reply<typeof getProject>, { project: unknown }>> => {
  const { cell, project, username, role } = seen
  const [view] = await viewProjects(house, cell, [project], () => username, userId)
  if (!view) throw refuse('project_not_found')
  const { metadata, viewPreferences } = project
  return {
    project: { ...view, metadata, viewPreferences },
    models: await listModels(seen, { limit: projectModelsMax }, userId),
    isOwner: role === 'owner',
  }
}
