import { and, count, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Region } from '#contract/common.ts'
import type { Reply } from '#contract/endpoint.ts'
import type { listProjects as endpoint, getProject } from '#contract/library.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { locateWorkspace } from '../workspaces/find-membership.ts'
import { models, projects, uploads } from './table.ts'
import { modelView, projectView } from './views.ts'
import type { SeenProject } from './visible.ts'

type ProjectList = Reply<typeof endpoint>

/** Projects of the workspace, last changed first; with `username`, those of that person or team which the reader may see. */
export const listProjects = async (
  house: Pick<House, 'cells' | 'directory'>,
  reader: Actor | null,
  { username, limit }: { username?: string | undefined; limit: number },
): Promise<ProjectList> => {
  if (reader && (username === undefined || username === reader.workspace.username)) {
    const { cell, id, username: own } = reader.workspace
    return listOf(cell, id, own, limit, false)
  }
  if (username === undefined) throw refuse('authentication_required')
  const place = await locateWorkspace(house, username)
  if (!place) throw refuse('workspace_not_found')
  return listOf(place.cell, place.workspaceId, username, limit, true)
}

const listOf = async (
  cell: Cell & { region: Region },
  workspaceId: string,
  username: string,
  limit: number,
  publicOnly: boolean,
): Promise<ProjectList> => {
  const matching = and(
    eq(projects.workspaceId, workspaceId),
    isNull(projects.trashedAt),
    publicOnly ? eq(projects.visibility, 'public') : undefined,
  )
  const rows = await cell.db
    .select()
    .from(projects)
    .where(matching)
    .orderBy(desc(projects.updatedAt), desc(projects.id))
    .limit(limit)
  const [total] = await cell.db.select({ n: count() }).from(projects).where(matching)
  const counts = await countModels(
    cell,
    rows.map((row) => row.id),
  )
  return {
    projects: rows.map((row) => projectView(row, username, counts.get(row.id) ?? 0)),
    total: total?.n ?? 0,
    region: cell.region,
  }
}

const countModels = async (cell: Cell, projectIds: string[]): Promise<Map<string, number>> => {
  if (projectIds.length === 0) return new Map()
  const rows = await cell.db
    .select({ projectId: models.projectId, n: count() })
    .from(models)
    .where(and(inArray(models.projectId, projectIds), isNull(models.trashedAt)))
    .groupBy(models.projectId)
  return new Map(rows.map((row) => [row.projectId, row.n]))
}

const projectModelsMax = 500

/** A project with its models, newest first. */
export const viewProject = async (
  seen: SeenProject,
): Promise<Extract<Reply<typeof getProject>, { project: unknown }>> => {
  const list = await listModels(seen, projectModelsMax)
  const counts = await countModels(seen.cell, [seen.project.id])
  return {
    project: projectView(seen.project, seen.username, counts.get(seen.project.id) ?? 0),
    models: list,
    isOwner: seen.role === 'owner',
  }
}

export const listModels = async ({ cell, project, username }: SeenProject, limit: number) => {
  const rows = await cell.db
    .select({ model: models, bytes: uploads.sizeBytes })
    .from(models)
    .leftJoin(uploads, eq(uploads.id, models.weightsUploadId))
    .where(and(eq(models.projectId, project.id), isNull(models.trashedAt)))
    .orderBy(desc(models.createdAt), desc(models.id))
    .limit(limit)
  return rows.map(({ model, bytes }) => modelView(model, project, username, bytes))
}
