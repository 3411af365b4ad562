import { type ProjectSort, projectSorts } from '#contract/library-fields.ts'
import { type ListSearch, readListSearch } from '../library/list-search.ts'

/** What of a profile's lists stands in the address. */
export type ProfileSearch = ListSearch<ProjectSort> & { type?: 'datasets' }

export const readProfileSearch = (raw: Record<string, unknown>): ProfileSearch => ({
  ...readListSearch(raw, projectSorts),
  type: raw.type === 'datasets' ? raw.type : undefined,
})
