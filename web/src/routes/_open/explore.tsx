import { createFileRoute, redirect } from '@tanstack/react-router'
import { ExploreScreen } from '../../areas/library/explore-screen.tsx'
import { readExploreSearch } from '../../areas/library/explore-search.ts'

export const Route = createFileRoute('/_open/explore')({
  validateSearch: readExploreSearch,
  // Stars are somebody's.
  beforeLoad: ({ context: { me }, search, location }) => {
    if (search.starred && !me)
      throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true })
  },
  component: Explore,
})

function Explore() {
  const navigate = Route.useNavigate()
  return (
    <ExploreScreen
      search={Route.useSearch()}
      onSearch={(search) => void navigate({ search, replace: true, resetScroll: false })}
    />
  )
}
