import { createFileRoute } from '@tanstack/react-router'
import { ActivityScreen } from '../../areas/activity/activity-screen.tsx'

type Search = { tab?: 'archive'; search?: string }

export const Route = createFileRoute('/_authed/activity')({
  validateSearch: ({ tab, search }: Record<string, unknown>): Search => ({
    tab: tab === 'archive' ? 'archive' : undefined,
    search: typeof search === 'string' && search ? search.slice(0, 200) : undefined,
  }),
  component: Activity,
})

function Activity() {
  const { tab, search } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ActivityScreen
      archived={tab === 'archive'}
      search={search ?? ''}
      onChange={(change) =>
        void navigate({ search: (current) => ({ ...current, ...change }), replace: true })
      }
    />
  )
}
