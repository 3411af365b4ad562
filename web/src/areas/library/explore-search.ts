import { datasetTasks } from '#contract/dataset-fields.ts'
import type { ExploreSort } from '#contract/explore.ts'
import type { ExploreSearch } from './explore-queries.ts'
import { readListSearch } from './list-search.ts'

export const exploreSortWords: Record<ExploreSort, string> = {
  stars: 'Most stars',
  newest: 'Newest',
  oldest: 'Oldest',
  'name-asc': 'Name, A to Z',
  'name-desc': 'Name, Z to A',
  'count-desc': 'Largest',
  'count-asc': 'Smallest',
}

const sorts = Object.keys(exploreSortWords) as ExploreSort[]

/** What of Explore stands in the address; what makes no sense is as if it were not there. */
export const readExploreSearch = (raw: Record<string, unknown>): ExploreSearch => ({
  ...readListSearch(raw, sorts),
  type: raw.type === 'datasets' ? raw.type : undefined,
  task: datasetTasks.find((task) => task === raw.task),
  author: typeof raw.author === 'string' && /^[\w-]{1,64}$/.test(raw.author) ? raw.author : undefined,
  starred: raw.starred === 'true' ? raw.starred : undefined,
})
