import { ResourceId } from '#contract/common.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedWithin } from '../../door/helpful.ts'
import type { House } from '../../house.ts'
import {
  findModel,
  findModelByPath,
  findProject,
  findProjectByPath,
  type SeenModel,
  type SeenProject,
} from './visible.ts'

type Needs = Pick<House, 'cells' | 'directory' | 'clock'>

/** A project that a changing request names by id, or by its slug in the workspace it is about. It may be somebody else's, to look at. */
export const findNamedProject = (house: Needs, actor: Actor, idOrSlug: string): Promise<SeenProject> =>
  ResourceId.safeParse(idOrSlug).success
    ? findProject(house, actor, idOrSlug)
    : findProjectByPath(house, actor, actor.workspace.username, idOrSlug)

export const isOwn = ({ workspace }: Actor, { project }: SeenProject): boolean =>
  project.workspaceId === workspace.id

/** The same, of the workspace somebody acts in. What they only see elsewhere is refused with permission_denied. */
export const findOwnProject = async (house: Needs, actor: Actor, idOrSlug: string): Promise<SeenProject> => {
  const seen = await findNamedProject(house, actor, idOrSlug)
  if (!isOwn(actor, seen)) throw deniedWithin(actor, seen, 'library.edit')
  return seen
}

export const findOwnModel = async (house: Needs, actor: Actor, id: string): Promise<SeenModel> => {
  const seen = await findModel(house, actor, id)
  if (!isOwn(actor, seen)) throw deniedWithin(actor, seen, 'library.edit')
  return seen
}

/** A model by the slugs of its project and its own, in the workspace that somebody acts in. */
export const findOwnModelByPath = (
  house: Needs,
  actor: Actor,
  path: { project: string; model: string },
): Promise<SeenModel> => findModelByPath(house, actor, { ...path, owner: actor.workspace.username })
