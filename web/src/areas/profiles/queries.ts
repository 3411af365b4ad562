import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { listProjects } from '#contract/library.ts'
import type { ProjectSort } from '#contract/library-fields.ts'
import { followUser, getUser } from '#contract/profiles.ts'
import { call } from '../../api/client.ts'
import { type ListSearch, rowsOfPage } from '../library/list-search.ts'
import { projectsShown } from '../library/queries.ts'

export type PublicProfile = Received<typeof getUser>['user']

/** `viewerId` is who looks, since whether they follow is part of the answer. */
export const profileQuery = (username: string, viewerId: string | undefined) =>
  queryOptions({
    queryKey: ['profile', username, viewerId ?? null],
    queryFn: async () => (await call(getUser, { query: { username } })).user,
    staleTime: 30_000,
  })

/** One page of the projects that somebody shows to everybody. */
export const publicProjectsQuery = (username: string, { q, sort, page }: ListSearch<ProjectSort>) =>
  queryOptions({
    queryKey: ['public-projects', username, q ?? '', sort ?? 'updated', page ?? 1],
    queryFn: ({ signal }) =>
      call(listProjects, {
        query: { username, visibility: 'public', q, sort, ...rowsOfPage(page, projectsShown) },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const useFollow = (username: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (followed: boolean) => call(followUser, { body: { username, followed } }),
    onSuccess: ({ followed, followerCount }) =>
      client.setQueriesData<PublicProfile>(
        { queryKey: ['profile', username] },
        (profile) => profile && { ...profile, isFollowed: followed, followerCount },
      ),
  })
}
