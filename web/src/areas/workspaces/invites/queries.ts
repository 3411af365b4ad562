import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { acceptInvite, getInvite } from '#contract/members.ts'
import { switchWorkspace } from '#contract/teams.ts'
import { call } from '../../../api/client.ts'
import { secret } from '../../../api/query-client.ts'
import { startAfresh } from '../../accounts/queries.ts'
import { confirmed } from '../../accounts/security/confirm-its-you.ts'
import { teamsQuery } from '../queries.ts'

export type Invite = Received<typeof getInvite>
/** What came of accepting. `closedBy` says why the workspace could not be entered right away; null once it is the active one. */
export type Joined = { workspace: Received<typeof acceptInvite>['workspace']; closedBy: unknown }

/** What an invite is about; whoever holds its token may ask. */
export const inviteQuery = (token: string) =>
  queryOptions({
    queryKey: ['invite', token],
    queryFn: () => call(getInvite, { query: { token } }),
    staleTime: 10_000,
  })

const join = confirmed(async (token: string): Promise<Joined> => {
  const { workspace } = await call(acceptInvite, { body: { token } })
  const { username } = workspace
  const closedBy = await call(switchWorkspace, { body: { username } }).then(
    () => null,
    (error: unknown) => error,
  )
  return { workspace, closedBy }
})

/** Joins the workspace and makes it the active one. Whoever cannot enter it yet has joined all the same. */
export const useAcceptInvite = (token: string) => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: () => join(token),
    onSuccess: ({ closedBy }) => {
      if (closedBy === null) startAfresh(client)
      else void client.invalidateQueries(teamsQuery())
    },
    onError: () => client.invalidateQueries(inviteQuery(token)),
  })
}
