import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { type ExploreSort, exploreSearch } from '#contract/explore.ts'
import { call } from '../../api/client.ts'
import { rowsOfPage } from './list-search.ts'

export type ExploredDataset = Received<typeof exploreSearch>['datasets'][number]
type ExploreKind = 'projects' | 'datasets'

export type ExploreSearch = {
  type?: 'datasets'
  q?: string
  sort?: ExploreSort
  task?: string
  author?: string
  starred?: 'true'
  page?: number
}

export const exploreShown = 24

/** One page of what everybody shows to everybody. `viewerId` is who looks: their stars are part of the answer. */
export const exploreQuery = (
  { type = 'projects' as ExploreKind, page, ...sought }: Omit<ExploreSearch, 'type'> & { type?: ExploreKind },
  viewerId: string | undefined,
) =>
  queryOptions({
    queryKey: ['explore', viewerId ?? null, type, page ?? 1, sought],
    queryFn: ({ signal }) =>
      call(exploreSearch, { query: { type, ...sought, ...rowsOfPage(page, exploreShown) }, signal }),
    placeholderData: keepPreviousData,
  })
