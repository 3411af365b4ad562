import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import {
  type ActivityEvent,
  archiveActivity,
  listActivity,
  markActivitySeen,
  undoActivity,
} from '#contract/activity.ts'
import type { Input } from '#contract/endpoint.ts'
import { call } from '../../api/client.ts'
import { type ActivitySearch, feedQueryOf, isNewest } from './activity-search.ts'
import { live } from './live-activity.ts'

export type { ActivityEvent }

/** How many events nobody has looked at yet; for the mark in the sidebar. Asked for now and then too, should the line to the server be
 *  held up on the way. */
export const unseenQuery = () =>
  queryOptions({
    queryKey: ['activity', 'unseen'],
    queryFn: async () => (await call(listActivity, { query: { limit: 1 } })).unseenCount,
    refetchInterval: 60_000,
    meta: live,
  })

export const recentActivityQuery = (limit: number) =>
  queryOptions({
    queryKey: ['activity', 'recent', limit],
    queryFn: async () => (await call(listActivity, { query: { limit } })).events,
    refetchInterval: 60_000,
    meta: live,
  })

/** What the address asks for. Only the top of the plain inbox follows the feed by itself: elsewhere rows would move under the reader. */
export const activityQuery = (search: ActivitySearch) =>
  queryOptions({
    queryKey: ['activity', 'feed', search],
    queryFn: ({ signal }) => call(listActivity, { query: feedQueryOf(search, new Date()), signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchOnWindowFocus: isNewest(search),
    ...(isNewest(search) ? { refetchInterval: 60_000, meta: live } : {}),
  })

/** On opening the page the rows on screen keep their tint until they are asked for again; only the count in the sidebar follows at once. */
export const useMarkSeen = ({ keepTint = false } = {}) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Input<typeof markActivitySeen, 'body'>) => call(markActivitySeen, { body }),
    onSuccess: (_, body) => {
      if ('all' in body && !body.upTo) client.setQueryData(unseenQuery().queryKey, 0)
      return client.invalidateQueries({ queryKey: keepTint ? unseenQuery().queryKey : ['activity'] })
    },
  })
}

export const useArchiveActivity = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Input<typeof archiveActivity, 'body'>) => call(archiveActivity, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['activity'] }),
  })
}

/** What was undone may show anywhere; and where it could not be, the feed knows by now why. */
export const useUndoActivity = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call(undoActivity, { params: { id } }),
    onSuccess: () => client.invalidateQueries(),
    onError: () => client.invalidateQueries({ queryKey: ['activity'] }),
  })
}
