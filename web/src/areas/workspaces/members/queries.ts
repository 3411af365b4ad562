import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { Input, Received } from '#contract/endpoint.ts'
import * as contract from '#contract/members.ts'
import { call } from '../../../api/client.ts'
import { meQuery, startAfresh } from '../../accounts/queries.ts'
import { confirmed } from '../../accounts/security/confirm-its-you.ts'

export type Member = Received<typeof contract.listMembers>['members'][number]

/** The members of the workspace on screen, and how many seats it has. */
export const membersQuery = () =>
  queryOptions({ queryKey: ['members'], queryFn: () => call(contract.listMembers) })

/** The list has changed, and the feed has something new to tell. */
const retell = (client: QueryClient) =>
  Promise.all([
    client.invalidateQueries(membersQuery()),
    client.invalidateQueries({ queryKey: ['activity'] }),
  ])

/** A change to the list. Asks the person to confirm who they are when the server wants that first. */
const useMemberChange = <V, R>(change: (variables: V) => Promise<R>) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: confirmed(change),
    // Also after a refusal: who is already gone should leave the list. Not waited for, since the row whose menu was used may
    // leave it too, and has something to tell before.
    onSettled: () => void retell(client),
  })
}

export const useInviteMember = () =>
  useMemberChange((body: Input<typeof contract.inviteMember, 'body'>) =>
    call(contract.inviteMember, { body }),
  )

export const useChangeRole = () =>
  useMemberChange(({ userId, role }: { userId: string; role: contract.GivenRole }) =>
    call(contract.changeRole, { params: { userId }, body: { role } }),
  )

export const useRemoveMember = () =>
  useMemberChange((userId: string) => call(contract.removeMember, { params: { userId } }))

export const useCancelInvite = () =>
  useMemberChange((id: string) => call(contract.cancelInvite, { params: { id } }))

export const useResendInvite = () =>
  useMemberChange((id: string) => call(contract.resendInvite, { params: { id } }))

export const useTransferOwnership = () => {
  const client = useQueryClient()
  const router = useRouter()
  return useMemberChange(async (targetUserId: string) => {
    const reply = await call(contract.transferOwnership, { body: { targetUserId } })
    // What the page offers depends on the role, which is another one now.
    void client
      .fetchQuery({ ...meQuery(), staleTime: 0 })
      .then(() => router.invalidate())
      .catch(() => undefined)
    return reply
  })
}

/** Ends the own membership. The session is in the personal workspace afterwards. */
export const useLeaveTeam = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: confirmed((userId: string) => call(contract.removeMember, { params: { userId } })),
    onSuccess: () => startAfresh(client),
  })
}
