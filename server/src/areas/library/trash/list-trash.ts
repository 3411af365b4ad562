import { and, count, desc, eq, ilike, inArray, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import type { listTrash as endpoint, TrashItem, TrashType } from '#contract/trash.ts'
import type { Db } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { exports, models, projects } from '../table.ts'
import { findEmptying } from './emptying.ts'
import { daysRemaining } from './kept-days.ts'
import { listAlong } from './list-along.ts'
import { lyingIn } from './lying.ts'
import { type TrashItemRow, trashItems } from './table.ts'

type Query = Parsed<typeof endpoint, 'query'>

const pageRowsMax = 10_000

/** A page of the trash with what it all takes. `page` is served within the first 10,000 items, `cursor` without bound (SPEC 15.2). */
export const listTrash = async (actor: Actor, query: Query, at: Date): Promise<Reply<typeof endpoint>> => {
  const { cell, id: workspaceId, region } = actor.workspace
  const { page, limit } = query
  if (page * limit > pageRowsMax) throw refuse('page_out_of_range')
  const [found, summary, emptying] = await Promise.all([
    query.parent
      ? listAlong(cell.db, workspaceId, { ...query, parent: query.parent }, at)
      : listItems(cell.db, workspaceId, query, at),
    summarise(cell.db, workspaceId),
    findEmptying(cell.db, workspaceId),
  ])
  return {
    ...found,
    page,
    limit,
    totalPages: Math.ceil(found.total / limit),
    summary,
    ...(emptying && !emptying.finished ? { emptying } : {}),
    region,
  }
}

/** `nextCursor` is there when more follow. */
type FoundItems = { items: TrashItem[]; total: number; nextCursor?: string }

const listItems = async (db: Db, workspaceId: string, query: Query, at: Date): Promise<FoundItems> => {
  const { type, search, sort, page, limit, cursor } = query
  const matching = and(
    lyingIn(workspaceId),
    type === 'all' ? undefined : eq(trashItems.type, type),
    search ? ilike(trashItems.name, like(search)) : undefined,
  )
  const order = orders[sort]
  const rows = await db
    .select()
    .from(trashItems)
    .where(and(matching, cursor ? order.after(cursor) : undefined))
    .orderBy(...order.by)
    .limit(limit + 1)
    .offset(cursor ? 0 : (page - 1) * limit)
  const [total] = await db.select({ n: count() }).from(trashItems).where(matching)
  const shown = rows.slice(0, limit)
  const parents = await findParents(db, shown)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    items: shown.map((row) => itemView(row, parents.get(row.projectId ?? ''), at)),
    total: total?.n ?? 0,
    ...(last ? { nextCursor: order.cursorOf(last) } : {}),
  }
}

/** Newest first is by number: within a workspace it grows as time does. */
const orders = {
  newest: {
    by: [desc(trashItems.seq)],
    after: (cursor: string) => lt(trashItems.seq, numbersOf(cursor, 1)[0] ?? 0),
    cursorOf: ({ seq }: TrashItemRow) => String(seq),
  },
  largest: {
    by: [desc(trashItems.sizeBytes), desc(trashItems.seq)],
    after: (cursor: string): SQL => {
      const [sizeBytes, seq] = numbersOf(cursor, 2)
      return sql`(${trashItems.sizeBytes}, ${trashItems.seq}) < (${sizeBytes}::bigint, ${seq}::bigint)`
    },
    cursorOf: ({ sizeBytes, seq }: TrashItemRow) => `${sizeBytes}-${seq}`,
  },
}

const numbersOf = (cursor: string, howMany: number): number[] => {
  const numbers = cursor.split('-').map(Number)
  const isOurs = /^\d{1,16}(-\d{1,16})?$/.test(cursor) && numbers.every(Number.isSafeInteger)
  if (!isOurs || numbers.length !== howMany)
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  return numbers
}

const like = (search: string): string => `%${search.replace(/[\\%_]/g, '\\$&')}%`

type Parent = NonNullable<TrashItem['parentProject']>

const findParents = async (db: Db, rows: readonly TrashItemRow[]): Promise<Map<string, Parent>> => {
  const ids = rows.map(({ projectId }) => projectId).filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const parents = await db
    .select({ _id: projects.id, name: projects.name, slug: projects.slug, inTrash: isInTrash })
    .from(projects)
    .where(inArray(projects.id, ids))
  return new Map(parents.map((parent) => [parent._id, parent]))
}

const isInTrash = sql<boolean>`${projects.trashedAt} is not null`

const itemView = (row: TrashItemRow, parentProject: Parent | undefined, at: Date): TrashItem => ({
  _id: row.resourceId,
  type: row.type,
  name: row.name,
  slug: row.slug,
  trashedAt: row.trashedAt.toISOString(),
  daysRemaining: daysRemaining(row.trashedAt, at),
  ...(row.type === 'project' ? { cascadedCount: row.modelCount } : {}),
  ...(parentProject ? { parentProject } : {}),
  sizeBytes: row.sizeBytes,
})

/** What lies in the trash altogether. A project's bytes are those of the models that went along. */
const summarise = async (db: Db, workspaceId: string): Promise<Reply<typeof endpoint>['summary']> => {
  const rows = await db
    .select({
      type: trashItems.type,
      count: count(),
      sizeBytes: sql`sum(${trashItems.sizeBytes})`.mapWith(Number),
    })
    .from(trashItems)
    .where(lyingIn(workspaceId))
    .groupBy(trashItems.type)
  const [exported] = await db
    .select({ count: count(), sizeBytes: sql`coalesce(sum(${exports.sizeBytes}), 0)`.mapWith(Number) })
    .from(exports)
    .innerJoin(models, eq(models.id, exports.modelId))
    .innerJoin(trashItems, eq(trashItems.id, models.trashBatchId))
    .where(and(eq(exports.workspaceId, workspaceId), isNotNull(exports.sizeBytes), lyingIn(workspaceId)))
  const of = (type: TrashType) => {
    const { count: n, sizeBytes } = rows.find((row) => row.type === type) ?? { count: 0, sizeBytes: 0 }
    return { count: n, sizeBytes }
  }
  return {
    totalItems: rows.reduce((n, row) => n + row.count, 0),
    totalSizeBytes: rows.reduce((bytes, row) => bytes + row.sizeBytes, 0),
    byType: {
      projects: of('project'),
      datasets: of('dataset'),
      models: of('model'),
      exports: exported ?? { count: 0, sizeBytes: 0 },
    },
  }
}
