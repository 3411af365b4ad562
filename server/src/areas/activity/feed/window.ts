import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../../cells/database.ts'

/** What narrows the feed: `start` is included, `end` and `beforeSeq` are not. */
type Narrowing = { start: Date | undefined; end: Date | undefined; beforeSeq: number | undefined }

/** The stretch of the feed that can hold what was asked for: events above `afterSeq` and below `beforeSeq`. */
export type Window = {
  afterSeq: number
  beforeSeq: number
  /** All above this and below that is surely within the dates. */
  surelyAfterSeq: number
  surelyBeforeSeq: number
  start: Date | undefined
  end: Date | undefined
}

/** An event tells the time its request began. However long that took, it was written within an hour. */
const writtenWithin = sql`interval '1 hour'`

/** Dates as a stretch of the feed, which is kept in the order of writing. A little too wide; `within` says it exactly. */
export const findWindow = async (
  db: Db,
  workspaceId: string,
  { start, end, beforeSeq = Number.MAX_SAFE_INTEGER }: Narrowing,
): Promise<Window> => {
  const from = start?.toISOString() ?? null
  const to = end?.toISOString() ?? null
  if (!from && !to)
    return { afterSeq: 0, beforeSeq, surelyAfterSeq: 0, surelyBeforeSeq: beforeSeq, start, end }
  const last = (before: SQL) => sql`(select seq from activity_events
    where workspace_id = ${workspaceId} and created_at < ${before}
    order by workspace_id desc, created_at desc, seq desc limit 1)`
  const first = (from: SQL) => sql`(select seq from activity_events
    where workspace_id = ${workspaceId} and created_at >= ${from} order by workspace_id, created_at, seq limit 1)`
  const { rows } = await db.execute<
    Record<'after' | 'before' | 'surelyAfter' | 'surelyBefore', string | null>
  >(sql`
    select ${last(sql`${from}::timestamptz - ${writtenWithin}`)} as after,
      ${first(sql`${to}::timestamptz + ${writtenWithin}`)} as before,
      ${first(sql`${from}::timestamptz + ${writtenWithin}`)} as "surelyAfter",
      ${last(sql`${to}::timestamptz - ${writtenWithin}`)} as "surelyBefore"`)
  const { after = null, before = null, surelyAfter = null, surelyBefore = null } = rows[0] ?? {}
  return {
    afterSeq: Number(after ?? 0),
    beforeSeq: Math.min(beforeSeq, Number(before ?? beforeSeq)),
    // Where there is no such event, nothing is sure.
    surelyAfterSeq: from ? Number(surelyAfter ?? Number.MAX_SAFE_INTEGER) : 0,
    surelyBeforeSeq: to ? Math.min(beforeSeq, Number(surelyBefore ?? 0)) : beforeSeq,
    start,
    end,
  }
}

/** The times of a window, exactly; `e` is the event. */
export const within = ({ start, end }: Window): SQL => sql`
  ${start ? sql`e.created_at >= ${start.toISOString()}::timestamptz` : sql`true`} and
  ${end ? sql`e.created_at < ${end.toISOString()}::timestamptz` : sql`true`}`

/** The group of an event, as the index of migration 011 has it. */
export const groupOf = sql`(case when e.resource_type = 'training' then 'training'
    when e.action = 'uploaded' then 'uploads'
    when e.resource_type = 'export' or e.action = 'exported' then 'exports'
    when e.resource_type in ('settings', 'api_key', 'onboarding') then 'system'
    else 'library' end)`

/** The newest event of a workspace. */
export const newestSeq = (workspaceId: string): SQL => sql`
  select seq from activity_events
  where (workspace_id, seq) > (${workspaceId}, 0::bigint)
    and (workspace_id, seq) < (${workspaceId}, ${Number.MAX_SAFE_INTEGER}::bigint)
  order by workspace_id desc, seq desc limit 1`
