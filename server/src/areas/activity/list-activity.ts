import type { ActivityGroup, listActivity as endpoint } from '#contract/activity.ts'
import type { Parsed, Reply } from '#contract/endpoint.ts'
import type { Db } from '../../cells/database.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import { describeEvents, type FeedNeeds } from './feed/describe-events.ts'
import { countTab, countUnseen, type FoundPage, findPage, type Place } from './feed/find-page.ts'
import { loadReader, type Reader, tabOf } from './feed/reader.ts'
import { findWindow } from './feed/window.ts'
import { findByName } from './search/find-by-name.ts'

const pageRowsMax = 10_000

export type FeedQuery = Parsed<typeof endpoint, 'query'>

/** A page of the feed, newest first, as the reader has seen and archived it. `page` is served within the first 10,000 rows, `cursor`
 *  without bound (SPEC 15.2). */
export const listActivity = async (
  needs: FeedNeeds,
  actor: Actor,
  query: FeedQuery,
  at: Date,
): Promise<Reply<typeof endpoint>> => {
  if (query.page * query.limit > pageRowsMax) throw refuse('page_out_of_range')
  const { cell, id } = actor.workspace
  const reader = await loadReader(cell.db, id, actor.userId)
  const place = { offset: query.cursor ? 0 : (query.page - 1) * query.limit, limit: query.limit }
  const [found, { unseen, isMore }] = await Promise.all([
    findFeed(cell.db, reader, query, place),
    countUnseen(cell.db, reader),
  ])
  const seqs = found.seqs.slice(0, query.limit)
  const last = found.seqs.length > query.limit ? seqs.at(-1) : undefined
  return {
    events: await describeEvents(needs, actor, reader, seqs, at),
    total: found.total,
    ...(found.totalIsMore ? { totalIsMore: true as const } : {}),
    unseenCount: unseen,
    ...(isMore ? { unseenIsMore: true as const } : {}),
    ...(last === undefined ? {} : { nextCursor: String(last) }),
  }
}

/** What the query asks for, by `seq`. */
const findFeed = async (db: Db, reader: Reader, query: FeedQuery, place: Place): Promise<FoundPage> => {
  const asked = await askedOf(db, reader, query, query.cursor ? parseCursor(query.cursor) : undefined)
  if (query.search) return findByName(db, { ...asked, word: query.search }, place)
  const all = query.cursor ? await askedOf(db, reader, query, undefined) : asked
  const [seqs, total] = await Promise.all([findPage(db, asked, place), countTab(db, all)])
  return { seqs, ...total }
}

/** The next events of what the query asks for, below `beforeSeq`, without counting them all; for exports. */
export const findNext = async (
  db: Db,
  reader: Reader,
  query: FeedQuery,
  beforeSeq: number | undefined,
  limit: number,
): Promise<number[]> => {
  const asked = await askedOf(db, reader, query, beforeSeq)
  const place = { offset: 0, limit }
  const seqs = query.search
    ? (await findByName(db, { ...asked, word: query.search }, place)).seqs
    : await findPage(db, asked, place)
  return seqs.slice(0, limit)
}

const askedOf = async (db: Db, reader: Reader, query: FeedQuery, beforeSeq: number | undefined) => {
  const { workspaceId } = reader
  const { start, end } = datesOf(query)
  return {
    workspaceId,
    tab: tabOf(reader, query.archived === 'true'),
    window: await findWindow(db, workspaceId, { start, end, beforeSeq }),
    group: groupIn(query),
  }
}

const groupIn = ({ type }: FeedQuery): ActivityGroup | undefined =>
  type === undefined || type === 'all' ? undefined : type

/** A bare end date means the whole of that day. */
const datesOf = (query: FeedQuery): { start: Date | undefined; end: Date | undefined } => {
  const [start, end] = [query.start ?? query.startDate, query.end ?? query.endDate]
  return { start: start ? new Date(start) : undefined, end: end ? endOf(end) : undefined }
}

const endOf = (end: string): Date => {
  const at = new Date(end)
  return end.length === 10 ? new Date(at.getTime() + 24 * 3600 * 1000) : at
}

const parseCursor = (cursor: string): number => {
  const seq = Number(cursor)
  if (!/^\d{1,16}$/.test(cursor) || !Number.isSafeInteger(seq))
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  return seq
}
