import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { type ActivityEvent, archiveActivity, listActivity, markActivitySeen } from '#contract/activity.ts'
import type { Input } from '#contract/endpoint.ts'
import { call } from '../../api/client.ts'

export type { ActivityEvent }

/** How many events nobody has looked at yet; for the mark in the sidebar. */
export const unseenQuery = () =>
  queryOptions({
    queryKey: ['activity', 'unseen'],
    queryFn: async () => (await call(listActivity, { query: { limit: 1 } })).unseenCount,
    refetchInterval: 60_000,
  })

export const recentActivityQuery = (limit: number) =>
  queryOptions({
    queryKey: ['activity', 'recent', limit],
    queryFn: async () => (await call(listActivity, { query: { limit } })).events,
    refetchInterval: 30_000,
  })

export const activityQuery = ({ archived, search }: { archived: boolean; search: string }) =>
  infiniteQueryOptions({
    queryKey: ['activity', 'feed', archived, search],
    queryFn: ({ pageParam, signal }) =>
      call(listActivity, {
        query: {
          limit: 20,
          archived: archived ? 'true' : 'false',
          search: search || undefined,
          cursor: pageParam,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })

/** The rows on screen keep their tint until they are asked for again; only the count in the sidebar follows at once. */
export const useMarkAllSeen = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(markActivitySeen, { body: { all: true } }),
    onSuccess: () => client.setQueryData(unseenQuery().queryKey, 0),
  })
}

export const useArchiveActivity = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Input<typeof archiveActivity, 'body'>) => call(archiveActivity, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['activity'] }),
  })
}
