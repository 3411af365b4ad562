import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { listProjects } from '#contract/library.ts'
import { followUser, getUser } from '#contract/profiles.ts'
import { call } from '../../api/client.ts'

export type PublicProfile = Received<typeof getUser>['user']

/** `viewerId` is who looks, since whether they follow is part of the answer. */
export const profileQuery = (username: string, viewerId: string | undefined) =>
  queryOptions({
    queryKey: ['profile', username, viewerId ?? null],
    queryFn: async () => (await call(getUser, { query: { username } })).user,
    staleTime: 30_000,
  })

/** What anybody may see of somebody's projects. */
export const publicProjectsQuery = (username: string) =>
  queryOptions({
    queryKey: ['public-projects', username],
    queryFn: async () => (await call(listProjects, { query: { username, limit: 500 } })).projects,
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
