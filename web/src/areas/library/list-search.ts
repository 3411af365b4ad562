import { listReachMax } from '#contract/library-fields.ts'

/** What of a list stands in the address. Page 1 and the first order stay out of it. */
export type ListSearch<Sort extends string> = { q?: string; sort?: Sort; page?: number }

/** Reads it from whatever the address says; what makes no sense is as if it were not there. */
export const readListSearch = <Sort extends string>(
  raw: Record<string, unknown>,
  sorts: readonly Sort[],
): ListSearch<Sort> => {
  const page = /^[1-9][0-9]{0,4}$/.test(String(raw.page)) ? Number(raw.page) : 1
  return {
    q: typeof raw.q === 'string' && raw.q.trim() ? raw.q.trim().slice(0, 100) : undefined,
    sort: sorts.find((sort, index) => sort === raw.sort && index > 0),
    page: page > 1 ? page : undefined,
  }
}

/** Which rows a page shows; never beyond what the server reaches by offset. */
export const rowsOfPage = (page: number | undefined, size: number): { offset: number; limit: number } => ({
  offset: (Math.min(page ?? 1, Math.floor(listReachMax / size)) - 1) * size,
  limit: size,
})

/** How many pages of `size` rows can be turned to. */
export const pageCount = (total: number, size: number): number =>
  Math.max(1, Math.ceil(Math.min(total, Math.floor(listReachMax / size) * size) / size))
