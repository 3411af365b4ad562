import { createFileRoute } from '@tanstack/react-router'
import { actIn } from '../api/client.ts'
import { meQuery, settingsQuery } from '../areas/accounts/queries.ts'
import { AppFrame } from '../shell/app-frame.tsx'
import { PublicFrame } from '../shell/public-frame.tsx'

/** Pages for everybody: with the sidebar for those who are signed in, under a plain head for those who are not. */
export const Route = createFileRoute('/_open')({
  beforeLoad: async ({ context: { queryClient } }) => {
    const me = await queryClient.ensureQueryData(meQuery())
    actIn(me?.workspace.username ?? null)
    if (me && !me.workspace.deniedReason) void queryClient.prefetchQuery(settingsQuery())
    return { me }
  },
  component: Open,
})

function Open() {
  const { me } = Route.useRouteContext()
  return me ? <AppFrame key={`${me.user.id} ${me.workspace.id}`} me={me} /> : <PublicFrame />
}
