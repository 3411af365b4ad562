import { createFileRoute, redirect } from '@tanstack/react-router'
import { actIn } from '../api/client.ts'
import { meQuery, settingsQuery } from '../areas/accounts/queries.ts'
import { AppFrame } from '../shell/app-frame.tsx'

export const Route = createFileRoute('/_authed')({
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const me = await queryClient.ensureQueryData(meQuery())
    if (!me) {
      const next = location.href === '/home' ? undefined : location.href
      throw redirect({ to: '/sign-in', search: { next }, replace: true })
    }
    actIn(me.workspace.username)
    if (!me.workspace.deniedReason) void queryClient.prefetchQuery(settingsQuery())
    return { me }
  },
  component: Authed,
})

function Authed() {
  const { me } = Route.useRouteContext()
  return <AppFrame key={`${me.user.id} ${me.workspace.id}`} me={me} />
}
