import { createFileRoute } from '@tanstack/react-router'
import { SettingsScreen } from '../../areas/accounts/settings-screen.tsx'

const tabs = ['profile', 'api-keys', 'teams'] as const
export type SettingsTab = (typeof tabs)[number]

export const Route = createFileRoute('/_authed/settings')({
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: SettingsTab } => ({
    tab: tabs.find((known) => known === tab),
  }),
  component: Settings,
})

function Settings() {
  const { tab = 'profile' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <SettingsScreen tab={tab} onTab={(next) => void navigate({ search: { tab: next } })} />
}
