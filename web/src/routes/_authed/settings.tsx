import { createFileRoute } from '@tanstack/react-router'
import { SettingsScreen } from '../../areas/accounts/settings-screen.tsx'
import { readTrashSearch, type TrashSearch } from '../../areas/trash/trash-search.ts'

const tabs = ['profile', 'api-keys', 'usage', 'teams', 'trash'] as const
export type SettingsTab = (typeof tabs)[number]

export const Route = createFileRoute('/_authed/settings')({
  validateSearch: ({ tab, ...rest }: Record<string, unknown>): { tab?: SettingsTab } & TrashSearch => ({
    tab: tabs.find((known) => known === tab),
    ...(tab === 'trash' ? readTrashSearch(rest) : {}),
  }),
  component: Settings,
})

function Settings() {
  const { tab = 'profile' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <SettingsScreen tab={tab} onTab={(next) => void navigate({ search: { tab: next } })} />
}
