import type { TrashType } from '#contract/trash.ts'
import { searchTextOf } from '../../api/search-text.ts'

/** Rows of a page. */
export const pageItems = 20
/** Pages by number reach 10,000 items and no further (SPEC 15.2); what is older is found by name. */
export const pagesMax = 10_000 / pageItems

const types: readonly TrashType[] = ['project', 'dataset', 'model']

/** Which part of the trash the address names. */
export type TrashSearch = {
  type?: TrashType | undefined
  search?: string | undefined
  page?: number | undefined
}

/** What an address says of the trash; whatever it does not say well is left out. */
export const readTrashSearch = ({ type, search, page }: Record<string, unknown>): TrashSearch => ({
  type: types.find((known) => known === type),
  search: searchTextOf(search),
  page: /^[1-9]\d*$/.test(String(page)) && Number(page) > 1 ? Math.min(Number(page), pagesMax) : undefined,
})
