import { createFileRoute } from '@tanstack/react-router'
import { ActivityScreen } from '../../areas/activity/activity-screen.tsx'
import { filtersOf, parseActivitySearch } from '../../areas/activity/activity-search.ts'

export const Route = createFileRoute('/_authed/activity')({
  validateSearch: parseActivitySearch,
  component: Activity,
})

function Activity() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ActivityScreen
      search={search}
      onChange={(change, replace = false) =>
        void navigate({ search: (current) => ({ ...filtersOf(current), ...change }), replace })
      }
    />
  )
}
