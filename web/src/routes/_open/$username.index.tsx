import { createFileRoute } from '@tanstack/react-router'
import { NobodyHere } from '../../areas/profiles/nobody-here.tsx'
import { ProfileScreen } from '../../areas/profiles/profile-screen.tsx'
import { profileQuery } from '../../areas/profiles/queries.ts'
import { Broken } from '../../ui/dead-ends.tsx'
import { missingOr } from '../../ui/missing.tsx'

export const Route = createFileRoute('/_open/$username/')({
  loader: async ({ context: { queryClient, me }, params: { username } }) => {
    try {
      await queryClient.ensureQueryData(profileQuery(username, me?.user.id))
    } catch (error) {
      throw missingOr(error)
    }
  },
  component: Profile,
  notFoundComponent: Nobody,
  errorComponent: Broken,
})

function Profile() {
  return <ProfileScreen username={Route.useParams().username} />
}

function Nobody() {
  return <NobodyHere username={Route.useParams().username} />
}
