import type { ActivityGroup, listActivity } from '#contract/activity.ts'
import type { Input } from '#contract/endpoint.ts'
import { searchTextOf } from '../../api/search-text.ts'

/** What the address of the page says. Whatever is left out is the plain inbox of the last 30 days, its first page. */
export type ActivitySearch = {
  tab?: 'archive' | undefined
  search?: string | undefined
  type?: ActivityGroup | undefined
  range?: Range | undefined
  /** Days of the reader's own calendar, both of them whole; they count before `range`. */
  from?: string | undefined
  to?: string | undefined
  page?: number | undefined
  /** Where pages end, 10,000 rows down, the way on: after this event. */
  after?: string | undefined
  limit?: number | undefined
}

const groups: readonly ActivityGroup[] = ['training', 'uploads', 'exports', 'system', 'library']
const ranges = ['today', 'week', 'year', 'all'] as const
export type Range = (typeof ranges)[number]

const rowsPerPage = 20
const limitMax = 100
/** How far down there are numbered pages. */
const pageRowsMax = 10_000

/** Reads the parameters of the address. What makes no sense counts as left out. */
export const parseActivitySearch = (raw: Record<string, unknown>): ActivitySearch => {
  const limit = countOf(raw.limit, limitMax)
  const page = countOf(raw.page, Math.floor(pageRowsMax / (limit ?? rowsPerPage)))
  const after = String(raw.after)
  const parsed: ActivitySearch = {
    tab: raw.tab === 'archive' ? 'archive' : undefined,
    search: searchTextOf(raw.search),
    type: groups.find((group) => group === raw.type),
    range: ranges.find((range) => range === raw.range),
    from: dayOf(raw.from),
    to: dayOf(raw.to),
    page: page === 1 ? undefined : page,
    after: /^\d{1,16}$/.test(after) ? after : undefined,
    limit: limit === rowsPerPage ? undefined : limit,
  }
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined))
}

const countOf = (value: unknown, max: number): number | undefined => {
  const count = Number(value)
  return Number.isInteger(count) && count >= 1 ? Math.min(count, max) : undefined
}

/** A day as addresses and date fields write it, "2026-03-15", from the year 1000 to 2999. */
export const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[12]\d{3}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined

/** What the reader has chosen, without where in the result they are. */
export const filtersOf = ({ page, after, ...filters }: ActivitySearch): ActivitySearch => filters

/** Whether new events belong on top of what this address shows. */
export const isNewest = ({ limit, ...search }: ActivitySearch): boolean =>
  Object.values(search).every((value) => value === undefined)

/** Whether the reader has narrowed the tab themselves. */
export const isNarrowed = ({ search, type, range, from, to }: ActivitySearch): boolean =>
  [search, type, range, from, to].some((value) => value !== undefined)

type Query = Input<typeof listActivity, 'query'>

/** The same as a question to the server. Days are the reader's, from midnight to midnight. */
export const feedQueryOf = (search: ActivitySearch, now: Date): Query => ({
  ...filterQueryOf(search, now),
  limit: search.limit ?? rowsPerPage,
  ...(search.after ? { cursor: search.after } : { page: search.page ?? 1 }),
})

/** Without a place in it; for an export of everything that matches. */
export const filterQueryOf = ({ tab, search, type, ...dates }: ActivitySearch, now: Date): Query => ({
  archived: tab === 'archive' ? 'true' : 'false',
  ...(search ? { search: search.trim() } : {}),
  ...(type ? { type } : {}),
  ...datesOf(dates, now),
})

const daysBack: Record<Exclude<Range, 'all'> | 'month', number> = { today: 0, week: 6, month: 29, year: 364 }

const datesOf = ({ from, to, range }: Pick<ActivitySearch, 'from' | 'to' | 'range'>, now: Date): Query => {
  if (from || to)
    return {
      ...(from ? { start: midnight(from, 0).toISOString() } : {}),
      ...(to ? { end: new Date(midnight(to, 1).getTime() - 1).toISOString() } : {}),
    }
  if (range === 'all') return {}
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack[range ?? 'month'])
  return { start: start.toISOString() }
}

const midnight = (day: string, daysLater: number): Date => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + daysLater)
}

/** Where the page before and the page after this one are; undefined where there is none. From beyond the numbered pages the way back is
 *  the first one. */
export const neighboursOf = (
  search: ActivitySearch,
  nextCursor: string | undefined,
): { newer: ActivitySearch | undefined; older: ActivitySearch | undefined } => {
  const { page = 1, after, limit = rowsPerPage } = search
  const filters = filtersOf(search)
  const hasPages = after === undefined && (page + 1) * limit <= pageRowsMax
  const older = hasPages ? { ...filters, page: page + 1 } : { ...filters, after: nextCursor }
  const newer = page > 2 ? { ...filters, page: page - 1 } : filters
  return {
    newer: after === undefined && page === 1 ? undefined : newer,
    older: nextCursor === undefined ? undefined : older,
  }
}

/** "21–40 of 312", "1–20 of more than 10,000". Undefined where nobody counts. */
export const placeInWords = (
  { page = 1, after, limit = rowsPerPage }: ActivitySearch,
  shown: number,
  { total, totalIsMore }: { total: number; totalIsMore?: true | undefined },
): string | undefined => {
  if (after !== undefined || shown === 0) return undefined
  const first = (page - 1) * limit + 1
  const whole = total.toLocaleString('en-US')
  return `${first.toLocaleString('en-US')}–${(first + shown - 1).toLocaleString('en-US')} of ${totalIsMore ? `more than ${whole}` : whole}`
}
