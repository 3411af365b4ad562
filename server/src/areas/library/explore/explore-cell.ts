import { type SQL, sql } from 'drizzle-orm'
import type { ExploreSort } from '#contract/explore.ts'
import type { Cell } from '../../../cells/cells.ts'

export type Kind = 'projects' | 'datasets'

/** What somebody looks for among what is public. */
export type Sought = {
  q?: string | undefined
  task?: string | undefined
  /** The workspace of the author who was named. */
  workspaceId?: string | undefined
  /** Whose stars it must have. */
  starredBy?: string | undefined
  sort: ExploreSort
}

/** One thing found, with what it is sorted by. */
export type Found = { cell: Cell; id: string; key: string | number }

/** How long one cell works on one question: whoever waits has left by then. */
const statementMs = 2000

const countOf = { projects: sql`model_count`, datasets: sql`image_count` }

const keyOf = (kind: Kind, sort: ExploreSort): SQL => {
  if (sort === 'stars') return sql`star_count`
  if (sort === 'newest' || sort === 'oldest') return sql`(extract(epoch from created_at) * 1000)::bigint`
  return sort.startsWith('count') ? countOf[kind] : sql`lower(name) collate "C"`
}

/** The column of an index, where the key is made of it. */
const orderOf = (kind: Kind, sort: ExploreSort): SQL => {
  const column = sort === 'newest' || sort === 'oldest' ? sql`created_at` : keyOf(kind, sort)
  const way = isRising(sort) ? sql`asc` : sql`desc`
  return sql`${column} ${way}, id ${way}`
}

const isRising = (sort: ExploreSort): boolean =>
  sort === 'oldest' || sort === 'name-asc' || sort === 'count-asc'

/** The first `limit` of what is sought in one cell, by id and key alone. */
export const exploreCell = (cell: Cell, kind: Kind, sought: Sought, limit: number): Promise<Found[]> =>
  cell.db.transaction(
    async (tx) => {
      await tx.execute(sql.raw(`set local statement_timeout = ${statementMs}`))
      const { rows } = await tx.execute<{ id: string; key: string | number }>(sql`
        select id, ${keyOf(kind, sought.sort)} as key from ${sql.identifier(kind)}
        where ${sql.join(conditionsOf(kind, sought), sql` and `)}
        order by ${orderOf(kind, sought.sort)} limit ${limit}`)
      const isText = sought.sort.startsWith('name')
      return rows.map(({ id, key }) => ({ cell, id, key: isText ? key : Number(key) }))
    },
    { accessMode: 'read only' },
  )

const conditionsOf = (kind: Kind, { q, task, workspaceId, starredBy }: Sought): SQL[] => [
  // As the indexes of migration 013 are written.
  sql`visibility = 'public' and trashed_at is null`,
  ...(kind === 'projects' ? [sql`not archived`] : []),
  ...(q ? [sql`lower(name) like ${patternOf(q)}`] : []),
  ...(task ? [taskIs(kind, task)] : []),
  ...(workspaceId === undefined ? [] : [sql`workspace_id = ${workspaceId}`]),
  ...(starredBy === undefined ? [] : [starredIs(kind, starredBy)]),
]

const taskIs = (kind: Kind, task: string): SQL =>
  kind === 'datasets'
    ? sql`task = ${task}`
    : sql`exists (select from models where project_id = projects.id and models.task = ${task} and models.trashed_at is null)`

const starredIs = (kind: Kind, userId: string): SQL =>
  kind === 'datasets'
    ? sql`id in (select dataset_id from dataset_stars where user_id = ${userId})`
    : sql`id in (select project_id from project_stars where user_id = ${userId})`

/** Three characters make a trigram, which is found anywhere; fewer are looked for at the beginning. */
export const patternOf = (q: string): string => {
  const plain = q.toLowerCase().replace(/[\\%_]/g, '\\$&')
  return [...q].length < 3 ? `${plain}%` : `%${plain}%`
}

/** Brings what several cells found into one order. Texts are compared by their bytes, as the cells do. */
export const inOrder = (sort: ExploreSort, found: readonly Found[]): Found[] => {
  const way = isRising(sort) ? 1 : -1
  return [...found].sort((a, b) => way * (compare(a.key, b.key) || compare(a.id, b.id)))
}

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
