import { type SQL, sql } from 'drizzle-orm'
import type { ActivityGroup } from '#contract/activity.ts'
import type { Db } from '../../../cells/database.ts'
import { blockEvents } from '../search/block-size.ts'
import type { Reader, Tab } from './reader.ts'
import { groupOf, type Window, within } from './window.ts'

/** The events of a page by their `seq`, newest first, with one more than asked for where there is more; and how many there are in all. */
export type FoundPage = { seqs: number[]; total: number; totalIsMore: boolean }

export type Place = { offset: number; limit: number }

type Asked = {
  workspaceId: string
  tab: Tab
  window: Window
  group: ActivityGroup | undefined
}

const totalMax = 10_000

/** A page of a tab. Work grows with the page, not with the feed. */
export const findPage = async (db: Db, asked: Asked, { offset, limit }: Place): Promise<number[]> => {
  const needed = offset + limit + 1
  const { rows } = await db.execute<{ seq: string }>(sql`
    select seq from (${stretch(asked, needed)} union all ${beyond(asked, needed)}) as found (seq)
    order by seq desc limit ${limit + 1} offset ${offset}`)
  return rows.map(({ seq }) => Number(seq))
}

/** How many there are, counted to 10,000. */
export const countTab = async (db: Db, asked: Asked): Promise<{ total: number; totalIsMore: boolean }> => {
  if (await isLong(db, asked)) return { total: totalMax, totalIsMore: true }
  const { rows } = await db.execute<{ n: number }>(sql`
    select ((select count(*) from ${stretch(asked, totalMax + 1)} as many)
      + (select count(*) from ${beyond(asked, totalMax + 1)} as more))::int as n`)
  const n = rows[0]?.n ?? 0
  return { total: Math.min(n, totalMax), totalIsMore: n > totalMax }
}

/** Whether there are surely more than anybody counts. Blocks of names tell it by a few rows; where they do not, each event is counted. */
const isLong = async (db: Db, { workspaceId, tab, window, group }: Asked): Promise<boolean> => {
  if (group) return false
  const after = Math.max(tab.afterSeq, window.surelyAfterSeq)
  const before = Math.min(tab.toSeq, window.surelyBeforeSeq)
  const enough = Math.ceil(totalMax / blockEvents) + spareBlocks
  const { rows } = await db.execute<{ blocks: number; without: number }>(sql`
    select (select count(*) from (select from activity_blocks
        where workspace_id = ${workspaceId} and last_seq > ${after} and last_seq < ${before}
        limit ${enough + 1}) as many)::int as blocks,
      (select count(*) from (${tab.minus} limit ${blockEvents * (spareBlocks - 1)}) as few)::int as without`)
  const { blocks = 0, without = 0 } = rows[0] ?? {}
  // The first of them may begin before the stretch.
  return blocks > enough && without < blockEvents * (spareBlocks - 1)
}

/** As many blocks more than it takes as may be missing: for what was taken out one by one, and for what was taken back. */
const spareBlocks = 8

/** The part of a tab that lies together, by the feed's own index: asking between two pairs and in their order leaves no other plan. */
const stretch = ({ workspaceId, tab, window, group }: Asked, limit: number): SQL => {
  const [after, before] = [Math.max(tab.afterSeq, window.afterSeq), Math.min(tab.toSeq + 1, window.beforeSeq)]
  const [key, order] = group
    ? [sql`e.workspace_id, ${groupOf}, e.seq`, sql`e.workspace_id desc, ${groupOf} desc, e.seq desc`]
    : [sql`e.workspace_id, e.seq`, sql`e.workspace_id desc, e.seq desc`]
  const at = (seq: number) =>
    group ? sql`${workspaceId}, ${group}, ${seq}::bigint` : sql`${workspaceId}, ${seq}::bigint`
  return sql`(select e.seq from activity_events e
    where (${key}) > (${at(after)}) and (${key}) < (${at(before)})
      and ${within(window)} and e.seq not in (${tab.minus})
    order by ${order} limit ${limit})`
}

/** The single events from beyond it. */
const beyond = ({ workspaceId, tab, window, group }: Asked, limit: number): SQL => sql`
  (select e.seq from (${tab.plus}) as m join activity_events e on e.seq = m.seq
    where e.workspace_id = ${workspaceId} and e.seq > ${window.afterSeq} and e.seq < ${window.beforeSeq}
      and ${within(window)} and ${group ? sql`${groupOf} = ${group}` : sql`true`}
    order by e.seq desc limit ${limit})`

const unseenMax = 100

/** What lies in the inbox and was not seen, counted to 100. */
export const countUnseen = async (db: Db, reader: Reader): Promise<{ unseen: number; isMore: boolean }> => {
  const { workspaceId, userId, seenSeq, archivedSeq, archiveRound } = reader
  const own = sql`workspace_id = ${workspaceId} and user_id = ${userId}`
  const after = Math.max(seenSeq, archivedSeq)
  const { rows } = await db.execute<{ n: number }>(sql`
    select ((select count(*) from (select from activity_events e
        where (e.workspace_id, e.seq) > (${workspaceId}, ${after}::bigint)
          and (e.workspace_id, e.seq) < (${workspaceId}, ${Number.MAX_SAFE_INTEGER}::bigint)
          and e.seq not in (select seq from activity_marks
            where ${own} and seq > ${after} and (seen_at is not null or archived_at is not null))
        order by e.workspace_id desc, e.seq desc limit ${unseenMax + 1}) as fresh)
      + (select count(*) from (select from activity_marks
        where ${own} and restored_round is not null and restored_round = ${archiveRound}
          and archived_at is null and seen_at is null and seq <= ${archivedSeq} and seq > ${seenSeq}
        limit ${unseenMax + 1}) as restored))::int as n`)
  const n = rows[0]?.n ?? 0
  return { unseen: Math.min(n, unseenMax), isMore: n > unseenMax }
}
