import { createFileRoute } from '@tanstack/react-router'
import { NobodyHere } from '../../areas/profiles/nobody-here.tsx'
import { ProfileScreen } from '../../areas/profiles/profile-screen.tsx'
import { readProfileSearch } from '../../areas/profiles/profile-search.ts'
import { profileQuery } from '../../areas/profiles/queries.ts'
import { Broken } from '../../ui/dead-ends.tsx'
import { missingOr } from '../../ui/missing.tsx'

export const Route = createFileRoute('/_open/$username/')({
  validateSearch: readProfileSearch,
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
  const navigate = Route.useNavigate()
  return (
    <ProfileScreen
      username={Route.useParams().username}
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, replace: true, resetScroll: false })}
    />
  )
}

function Nobody() {
  return <NobodyHere username={Route.useParams().username} />
}
