import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { acceptInvite, getInvite } from '#contract/members.ts'
import { switchWorkspace } from '#contract/teams.ts'
import { call } from '../../../api/client.ts'
import { secret } from '../../../api/query-client.ts'
import { startAfresh } from '../../accounts/queries.ts'
import { confirmed } from '../../accounts/security/confirm-its-you.ts'

export type Invite = Received<typeof getInvite>
export type Joined = Received<typeof acceptInvite>['workspace']

/** What an invite is about; whoever holds its token may ask. */
export const inviteQuery = (token: string) =>
  queryOptions({
    queryKey: ['invite', token],
    queryFn: () => call(getInvite, { query: { token } }),
    staleTime: 10_000,
  })

const join = confirmed(
  async (token: string): Promise<Joined> => (await call(acceptInvite, { body: { token } })).workspace,
)

/** Joins the workspace and makes it the active one. Whoever cannot enter it right now has joined all the same. */
export const useAcceptInvite = (token: string) => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: () => join(token),
    onSuccess: async ({ username }) => {
      await call(switchWorkspace, { body: { username } }).catch(() => undefined)
      startAfresh(client)
    },
    onError: () => client.invalidateQueries(inviteQuery(token)),
  })
}
