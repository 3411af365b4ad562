import { and, count, desc, eq, gte, ilike, isNotNull, isNull, lt, or, type SQL } from 'drizzle-orm'
import type { listActivity as endpoint } from '#contract/activity.ts'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import { activityEvents, activityMarks } from './table.ts'

/** Names and addresses of the people in a page of a workspace's events, by id. `app.ts` hands in the workspaces area's answer. */
export type FindPeople = (
  workspace: Actor['workspace'],
  userIds: readonly string[],
) => Promise<Map<string, { name: string; email: string }>>

const pageRowsMax = 10_000

type Query = Parsed<typeof endpoint, 'query'>

/** A page of the feed, newest first, with the reader's own marks. `page` is served within the first 10,000 rows, `cursor` without
 *  bound (SPEC 15.2). */
export const listActivity = async (
  findPeople: FindPeople,
  actor: Actor,
  query: Query,
): Promise<Reply<typeof endpoint>> => {
  if (query.page * query.limit > pageRowsMax) throw refuse('page_out_of_range')
  const { cell, id: workspaceId } = actor.workspace
  const ownMark = and(eq(activityMarks.eventId, activityEvents.id), eq(activityMarks.userId, actor.userId))
  const matching = and(eq(activityEvents.workspaceId, workspaceId), ...filtersOf(query))
  const rows = await cell.db
    .select({ event: activityEvents, mark: activityMarks })
    .from(activityEvents)
    .leftJoin(activityMarks, ownMark)
    .where(and(matching, query.cursor ? lt(activityEvents.seq, parseCursor(query.cursor)) : undefined))
    .orderBy(desc(activityEvents.seq))
    .limit(query.limit + 1)
    .offset(query.cursor ? 0 : (query.page - 1) * query.limit)
  const [total] = await cell.db
    .select({ n: count() })
    .from(activityEvents)
    .leftJoin(activityMarks, ownMark)
    .where(matching)
  const [unseen] = await cell.db
    .select({ n: count() })
    .from(activityEvents)
    .leftJoin(activityMarks, ownMark)
    .where(
      and(
        eq(activityEvents.workspaceId, workspaceId),
        isNull(activityMarks.seenAt),
        isNull(activityMarks.archivedAt),
      ),
    )
  const page = rows.slice(0, query.limit)
  const people = await findPeople(actor.workspace, [...new Set(page.map(({ event }) => event.userId))])
  const last = rows.length > query.limit ? page.at(-1) : undefined
  return {
    events: page.map(({ event, mark }) => ({
      _id: event.id,
      userId: event.userId,
      userEmail: people.get(event.userId)?.email ?? '',
      userName: people.get(event.userId)?.name ?? 'Somebody who left',
      action: event.action,
      resourceType: event.resourceType,
      ...(event.resourceId ? { resourceId: event.resourceId } : {}),
      ...(event.resourceName ? { resourceName: event.resourceName } : {}),
      ...(Object.keys(event.metadata).length ? { metadata: event.metadata } : {}),
      timestamp: event.createdAt.toISOString(),
      seen: Boolean(mark?.seenAt),
      archived: Boolean(mark?.archivedAt),
    })),
    total: total?.n ?? 0,
    unseenCount: unseen?.n ?? 0,
    ...(last ? { nextCursor: String(last.event.seq) } : {}),
  }
}

const filtersOf = ({ archived, search, start, end }: Query): (SQL | undefined)[] => [
  archived === 'true' ? isNotNull(activityMarks.archivedAt) : isNull(activityMarks.archivedAt),
  search
    ? or(ilike(activityEvents.resourceName, like(search)), ilike(activityEvents.resourceType, like(search)))
    : undefined,
  start ? gte(activityEvents.createdAt, new Date(start)) : undefined,
  end ? lt(activityEvents.createdAt, endOf(end)) : undefined,
]

/** A bare date means the whole of that day. */
const endOf = (end: string): Date => {
  const at = new Date(end)
  return end.length === 10 ? new Date(at.getTime() + 24 * 3600 * 1000) : at
}

const like = (search: string): string => `%${search.replace(/[\\%_]/g, '\\$&')}%`

const parseCursor = (cursor: string): number => {
  const seq = Number(cursor)
  if (!/^\d{1,16}$/.test(cursor) || !Number.isSafeInteger(seq))
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  return seq
}
