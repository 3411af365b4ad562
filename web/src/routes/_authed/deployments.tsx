import { createFileRoute } from '@tanstack/react-router'
import { DeploymentsScreen } from '../../areas/library/runtime/deployments-screen.tsx'

export const Route = createFileRoute('/_authed/deployments')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: 'exports' } => ({
    tab: tab === 'exports' ? tab : undefined,
  }),
  component: Deployments,
})

function Deployments() {
  const { tab = 'deployments' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <DeploymentsScreen
      tab={tab}
      onTab={(next) =>
        void navigate({ search: { tab: next === 'exports' ? next : undefined }, replace: true })
      }
    />
  )
}
