import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { searchWorkspace } from '#contract/workspace-search.ts'
import { call } from '../../api/client.ts'

export type Found = Received<typeof searchWorkspace>

export const workspaceSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['workspace-search', q],
    queryFn: ({ signal }) => call(searchWorkspace, { query: { q }, signal }),
    placeholderData: keepPreviousData,
    enabled: q !== '',
  })
