import { getTableColumns, inArray } from 'drizzle-orm'
import type { Region } from '#contract/common.ts'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import type { exploreSearch, exploreSidebar } from '#contract/explore.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadProfiles } from '../../accounts/profiles/profile.ts'
import { locateWorkspace } from '../../workspaces/find-membership.ts'
import { inTime } from '../../workspaces/in-time.ts'
import { listSamples } from '../datasets/list-images.ts'
import { viewProjects } from '../projects/list-projects.ts'
import { listStarred } from '../stars.ts'
import { type DatasetRow, datasets, projects } from '../table.ts'
import { exploreCell, type Found, inOrder, type Kind, type Sought } from './explore-cell.ts'

type Links = Pick<House, 'siteUrl' | 'keyRing' | 'clock'>
type Needs = Links & Pick<House, 'cells' | 'directory' | 'log'>
type Search = Reply<typeof exploreSearch>
type Lists = Pick<Search, 'projects' | 'datasets'>
type Query = Parsed<typeof exploreSearch, 'query'>

/** How many rows from the first can be reached by offset (SPEC 15.2). */
const reachMax = 10_000

/** Public projects and datasets of all cells that answer in time, in one order. Refuses with page_out_of_range, and with
 *  authentication_required when nobody asks for their stars. */
export const searchExplore = async (house: Needs, reader: Actor | null, query: Query): Promise<Search> => {
  const { type, offset, limit, author, starred, ...sought } = query
  if (offset + limit > reachMax) throw refuse('page_out_of_range')
  if (starred === 'true' && !reader) throw refuse('authentication_required')
  const place = author === undefined ? undefined : await locateWorkspace(house, author)
  if (author !== undefined && !place) return { projects: [], datasets: [], hasMore: false, unreachable: [] }
  const cells = new Reachable(place ? [place.cell] : house.cells.all, house.log)
  const asked = {
    ...sought,
    workspaceId: place?.workspaceId,
    starredBy: starred === 'true' ? reader?.userId : undefined,
  }
  const find = async (kind: Kind): Promise<{ page: Found[]; hasMore: boolean }> => {
    if (type !== 'all' && type !== kind) return { page: [], hasMore: false }
    const found = inOrder(asked.sort, await findIn(cells, kind, asked, offset + limit + 1))
    return { page: found.slice(offset, offset + limit), hasMore: found.length > offset + limit }
  }
  const [ofProjects, ofDatasets] = await Promise.all([find('projects'), find('datasets')])
  return {
    ...(await viewFound(house, cells, reader, ofProjects.page, ofDatasets.page)),
    hasMore: ofProjects.hasMore || ofDatasets.hasMore,
    unreachable: cells.regionsAway(),
  }
}

const sidebarMax = 5

/** The most starred, the newest, and what the reader gave a star. */
export const showSidebar = async (
  house: Needs,
  reader: Actor | null,
): Promise<Reply<typeof exploreSidebar>> => {
  const cells = new Reachable(house.cells.all, house.log)
  const list = async (sought: Sought): Promise<Lists> => {
    const [ofProjects, ofDatasets] = await Promise.all(
      (['projects', 'datasets'] as const).map(async (kind) =>
        inOrder(sought.sort, await findIn(cells, kind, sought, sidebarMax)).slice(0, sidebarMax),
      ),
    )
    return viewFound(house, cells, reader, ofProjects ?? [], ofDatasets ?? [])
  }
  const [popular, newest, starred] = await Promise.all([
    list({ sort: 'stars' }),
    list({ sort: 'newest' }),
    reader ? list({ sort: 'newest', starredBy: reader.userId }) : { projects: [], datasets: [] },
  ])
  return { popular, newest, starred, unreachable: cells.regionsAway() }
}

/** The cells of one request: each is asked with a time-out, and one that fails is left out from then on, and said so. */
class Reachable {
  private readonly away = new Set<Cell>()
  private readonly all: readonly Cell[]
  private readonly log: House['log']
  constructor(all: readonly Cell[], log: House['log']) {
    this.all = all
    this.log = log
  }

  regionsAway(): Region[] {
    return [...new Set([...this.away].map(({ region }) => region))]
  }

  /** What `ask` comes to in each cell that answers, one list after the other. */
  async gather<T>(ask: (cell: Cell) => Promise<T[]>): Promise<T[]> {
    const lists = await Promise.all(
      this.all.map(async (cell) => {
        if (this.away.has(cell)) return []
        try {
          return await inTime(ask(cell))
        } catch (fault) {
          this.log.warn({ fault, cell: cell.id }, 'a cell is left out of Explore')
          this.away.add(cell)
          return []
        }
      }),
    )
    return lists.flat()
  }
}

const findIn = (cells: Reachable, kind: Kind, sought: Sought, limit: number): Promise<Found[]> =>
  cells.gather((cell) => exploreCell(cell, kind, sought, limit))

/** What was found, in full and in its order. What went meanwhile, or lies where nobody answers any more, is left out. */
const viewFound = async (
  house: Links,
  cells: Reachable,
  reader: Actor | null,
  foundProjects: readonly Found[],
  foundDatasets: readonly Found[],
): Promise<Lists> => {
  const idsIn = (found: readonly Found[], cell: Cell) =>
    found.filter((one) => one.cell === cell).map(({ id }) => id)
  const [ofProjects, ofDatasets] = await Promise.all([
    cells.gather((cell) => viewProjectsOf(house, cell, idsIn(foundProjects, cell), reader?.userId)),
    cells.gather((cell) => viewDatasetsOf(house, cell, idsIn(foundDatasets, cell), reader?.userId)),
  ])
  return { projects: arrange(foundProjects, ofProjects), datasets: arrange(foundDatasets, ofDatasets) }
}

const arrange = <T extends { _id: string }>(found: readonly Found[], views: readonly T[]): T[] => {
  const byId = new Map(views.map((view) => [view._id, view]))
  return found.flatMap(({ id }) => byId.get(id) ?? [])
}

const viewProjectsOf = async (
  house: Pick<House, 'siteUrl'>,
  cell: Cell,
  ids: readonly string[],
  userId: string | undefined,
): Promise<Lists['projects']> => {
  if (ids.length === 0) return []
  const rows = await cell.db
    .select()
    .from(projects)
    .where(inArray(projects.id, [...ids]))
  const owners = await loadProfiles(cell.db, [...new Set(rows.map(({ workspaceId }) => workspaceId))])
  const shown = rows.filter(
    ({ workspaceId, visibility, trashedAt }) =>
      owners.has(workspaceId) && visibility === 'public' && trashedAt === null,
  )
  return viewProjects(house, cell, shown, (row) => owners.get(row.workspaceId)?.username ?? '', userId)
}

const viewDatasetsOf = async (
  house: Links,
  cell: Cell,
  ids: readonly string[],
  userId: string | undefined,
): Promise<Lists['datasets']> => {
  if (ids.length === 0) return []
  const { classNames: _classNames, ...columns } = getTableColumns(datasets)
  const rows = await cell.db
    .select(columns)
    .from(datasets)
    .where(inArray(datasets.id, [...ids]))
  const owners = await loadProfiles(cell.db, [...new Set(rows.map(({ workspaceId }) => workspaceId))])
  const shown = rows.filter(
    ({ workspaceId, visibility, trashedAt }) =>
      owners.has(workspaceId) && visibility === 'public' && trashedAt === null,
  )
  const shownIds = shown.map(({ id }) => id)
  const [starred, samples] = await Promise.all([
    listStarred(cell.db, 'dataset', shownIds, userId),
    listSamples(house, cell, shownIds, true, house.clock.now()),
  ])
  return shown.map((row) => ({
    ...datasetView(row, owners.get(row.workspaceId)?.username ?? '', starred.has(row.id)),
    sampleImages: samples.get(row.id) ?? [],
  }))
}

const datasetView = (row: Omit<DatasetRow, 'classNames'>, username: string, isStarred: boolean) => ({
  _id: row.id,
  name: row.name,
  slug: row.slug,
  task: row.task,
  username,
  imageCount: row.imageCount,
  classCount: row.classCount,
  starCount: row.starCount,
  isStarred,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
