import { createFileRoute } from '@tanstack/react-router'
import { meQuery } from '../areas/accounts/queries.ts'
import { InviteScreen } from '../areas/workspaces/invites/invite-screen.tsx'
import { inviteQuery } from '../areas/workspaces/invites/queries.ts'

/** Where the mailed link of an invite leads, signed in or not. */
export const Route = createFileRoute('/invite')({
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({
    token: typeof search.token === 'string' && search.token ? search.token : undefined,
  }),
  beforeLoad: async ({ context: { queryClient }, search: { token } }) => {
    if (token) void queryClient.prefetchQuery(inviteQuery(token))
    return { me: await queryClient.ensureQueryData(meQuery()) }
  },
  component: Invite,
})

function Invite() {
  const { me } = Route.useRouteContext()
  const { token = '' } = Route.useSearch()
  return <InviteScreen key={`${me?.user.id} ${token}`} token={token} me={me} />
}
