import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { DeniedReason } from '#contract/common.ts'
import type { Role } from '#contract/permissions.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedReason } from '../../door/denied.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { loadProfile } from '../accounts/profiles/profile.ts'
import { findMembership, locateWorkspace } from '../workspaces/find-membership.ts'
import { type ModelRow, models, type ProjectRow, projects } from './table.ts'

/** What a reader found: the rows, where they are, and as what the reader sees them. `role` is null for a passer-by. */
export type SeenProject = { cell: Cell; username: string; project: ProjectRow; role: Role | null }
export type SeenModel = SeenProject & { model: ModelRow }

type Reader = Actor | null
type Needs = Pick<House, 'cells' | 'directory' | 'clock'>

type Standing = { role: Role | null; denied?: z.output<typeof DeniedReason> | undefined }

const passerBy: Standing = { role: null }

/** As what somebody sees a workspace. A key sees its own workspace only as a member; everything else as a passer-by (SPEC 5.2). A member
 *  to whom the workspace is closed right now sees what a passer-by sees. */
export const standingIn = async (
  { clock }: Needs,
  cell: Cell,
  workspaceId: string,
  reader: Reader,
): Promise<Standing> => {
  if (!reader) return passerBy
  if (reader.workspace.id === workspaceId) return { role: reader.role }
  if (reader.credential.kind === 'key') return passerBy
  const membership = await findMembership(cell, workspaceId, reader.userId, clock.now())
  if (!membership) return passerBy
  const denied = deniedReason(membership, reader.credential)
  return denied ? { role: null, denied } : { role: membership.role }
}

/** Where to look for an id: the reader's own cell first, then the others, for what is public there. */
export const cellsFor = (cells: House['cells'], reader: Reader): Cell[] => {
  const own = reader?.workspace.cell
  return own ? [own, ...cells.all.filter((cell) => cell !== own)] : [...cells.all]
}

const asSeen = async (
  house: Needs,
  cell: Cell,
  project: ProjectRow | undefined,
  reader: Reader,
): Promise<SeenProject | undefined> => {
  if (!project) return undefined
  const { role, denied } = await standingIn(house, cell, project.workspaceId, reader)
  if (role === null && project.visibility !== 'public') {
    if (denied) throw refuse(denied)
    return undefined
  }
  const { username } = await loadProfile(cell.db, project.workspaceId)
  return { cell, username, project, role }
}

/** A project by id, when the reader may see it. Absent and invisible are one refusal: project_not_found. */
export const findProject = async (house: Needs, reader: Reader, projectId: string): Promise<SeenProject> => {
  for (const cell of cellsFor(house.cells, reader)) {
    const [row] = await cell.db
      .select()
      .from(projects)
      .where(and(eq(projects.id, projectId), isNull(projects.trashedAt)))
    const seen = await asSeen(house, cell, row, reader)
    if (seen) return seen
  }
  throw refuse('project_not_found')
}

/** A project by owner and slug, across cells. */
export const findProjectByPath = async (
  house: Needs,
  reader: Reader,
  owner: string,
  slug: string,
): Promise<SeenProject> => {
  const place = await locateWorkspace(house, owner)
  if (!place) throw refuse('project_not_found')
  const { cell, workspaceId } = place
  const [row] = await cell.db
    .select()
    .from(projects)
    .where(and(eq(projects.workspaceId, workspaceId), eq(projects.slug, slug), isNull(projects.trashedAt)))
  const seen = await asSeen(house, cell, row, reader)
  if (!seen) throw refuse('project_not_found')
  return seen
}

/** A model by id, when the reader may see its project. Refuses with model_not_found. */
export const findModel = async (house: Needs, reader: Reader, modelId: string): Promise<SeenModel> => {
  for (const cell of cellsFor(house.cells, reader)) {
    const [row] = await cell.db
      .select({ model: models, project: projects })
      .from(models)
      .innerJoin(projects, eq(projects.id, models.projectId))
      .where(and(eq(models.id, modelId), isNull(models.trashedAt), isNull(projects.trashedAt)))
    const seen = await asSeen(house, cell, row?.project, reader)
    if (seen && row) return { ...seen, model: row.model }
  }
  throw refuse('model_not_found')
}

/** A model by owner, project and slug. Whatever part is missing or invisible, the answer is the same. */
export const findModelByPath = async (
  house: Needs,
  reader: Reader,
  path: { owner: string; project: string; model: string },
): Promise<SeenModel> => {
  const place = await locateWorkspace(house, path.owner)
  if (!place) throw refuse('model_not_found')
  const { cell, workspaceId } = place
  const [row] = await cell.db
    .select({ model: models, project: projects })
    .from(models)
    .innerJoin(projects, eq(projects.id, models.projectId))
    .where(
      and(
        eq(projects.workspaceId, workspaceId),
        eq(projects.slug, path.project),
        eq(models.slug, path.model),
        isNull(models.trashedAt),
        isNull(projects.trashedAt),
      ),
    )
  const seen = await asSeen(house, cell, row?.project, reader)
  if (!seen || !row) throw refuse('model_not_found')
  return { ...seen, model: row.model }
}
