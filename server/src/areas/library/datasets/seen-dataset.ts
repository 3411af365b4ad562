import { and, eq, isNull } from 'drizzle-orm'
import { ResourceId } from '#contract/common.ts'
import { may, type Role } from '#contract/permissions.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedWithin } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadProfile } from '../../accounts/profiles/profile.ts'
import { locateWorkspace } from '../../workspaces/find-membership.ts'
import { type DatasetRow, datasets } from '../table.ts'
import { cellsFor, standingIn } from '../visible.ts'

/** What a reader found: the row, where it is, and as what the reader sees it. `role` is null for a passer-by. */
export type SeenDataset = { cell: Cell; username: string; dataset: DatasetRow; role: Role | null }

type Reader = Actor | null
type Needs = Pick<House, 'cells' | 'directory' | 'clock'>

const asSeen = async (
  house: Needs,
  cell: Cell,
  dataset: DatasetRow | undefined,
  reader: Reader,
): Promise<SeenDataset | undefined> => {
  if (!dataset) return undefined
  const { role, denied } = await standingIn(house, cell, dataset.workspaceId, reader)
  if (role === null && dataset.visibility !== 'public') {
    if (denied) throw refuse(denied)
    return undefined
  }
  const { username } = await loadProfile(cell.db, dataset.workspaceId)
  return { cell, username, dataset, role }
}

/** A dataset by id, when the reader may see it. Absent and invisible are one refusal: dataset_not_found. */
export const findDataset = async (house: Needs, reader: Reader, datasetId: string): Promise<SeenDataset> => {
  for (const cell of cellsFor(house.cells, reader)) {
    const [row] = await cell.db
      .select()
      .from(datasets)
      .where(and(eq(datasets.id, datasetId), isNull(datasets.trashedAt)))
    const seen = await asSeen(house, cell, row, reader)
    if (seen) return seen
  }
  throw refuse('dataset_not_found')
}

/** A dataset by owner and slug, across cells. */
export const findDatasetByPath = async (
  house: Needs,
  reader: Reader,
  { owner, dataset: slug }: { owner: string; dataset: string },
): Promise<SeenDataset> => {
  const place = await locateWorkspace(house, owner)
  if (!place) throw refuse('dataset_not_found')
  const { cell, workspaceId } = place
  const [row] = await cell.db
    .select()
    .from(datasets)
    .where(and(eq(datasets.workspaceId, workspaceId), eq(datasets.slug, slug), isNull(datasets.trashedAt)))
  const seen = await asSeen(house, cell, row, reader)
  if (!seen) throw refuse('dataset_not_found')
  return seen
}

/** A dataset by id, or by its slug in the workspace that somebody acts in. */
export const findNamedDataset = (house: Needs, reader: Reader, idOrSlug: string): Promise<SeenDataset> => {
  if (ResourceId.safeParse(idOrSlug).success) return findDataset(house, reader, idOrSlug)
  if (!reader) throw refuse('dataset_not_found')
  return findDatasetByPath(house, reader, { owner: reader.workspace.username, dataset: idOrSlug })
}

export const isOwnDataset = ({ workspace }: Actor, { dataset }: SeenDataset): boolean =>
  dataset.workspaceId === workspace.id

/** The same, of the workspace somebody acts in. What they only see elsewhere is refused with permission_denied. */
export const findOwnDataset = async (house: Needs, actor: Actor, idOrSlug: string): Promise<SeenDataset> => {
  const seen = await findNamedDataset(house, actor, idOrSlug)
  if (!isOwnDataset(actor, seen)) throw deniedWithin(actor, seen, 'library.edit')
  return seen
}

/** Refuses with permission_denied what somebody sees and may not take with them: copying is downloading (SPEC 4.4). */
export const requireCopyable = (actor: Actor, seen: SeenDataset): void => {
  if (seen.dataset.visibility === 'public') return
  if (!(seen.role && may(seen.role, 'library.download'))) throw deniedWithin(actor, seen, 'library.download')
}
