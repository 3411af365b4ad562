import { Tabs } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Page } from '../../ui/page.tsx'
import { ApiKeysTab } from '../api-keys/api-keys-tab.tsx'
import { ProfileTab } from './profile/profile-tab.tsx'

// Each visit looks at one tab; the way in leads to the first two.
const TeamsTab = lazy(() =>
  import('../workspaces/members/teams-tab.tsx').then(({ TeamsTab }) => ({ default: TeamsTab })),
)

const UsageTab = lazy(() =>
  import('../library/storage/usage-tab.tsx').then(({ UsageTab }) => ({ default: UsageTab })),
)
const TrashTab = lazy(() => import('../trash/trash-tab.tsx').then(({ TrashTab }) => ({ default: TrashTab })))

/** In the order of SPEC 17. */
const labels = { profile: 'Profile', 'api-keys': 'API keys', usage: 'Usage', teams: 'Teams', trash: 'Trash' }
type Tab = keyof typeof labels

export const SettingsScreen = ({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) => (
  <Page title="Settings" tabTitle={`${labels[tab]} · Settings`}>
    <Tabs value={tab} onChange={(next) => onTab(next as Tab)} keepMounted={false}>
      <Tabs.List mb="xl">
        {Object.entries(labels).map(([id, label]) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="profile">
        <ProfileTab />
      </Tabs.Panel>
      <Tabs.Panel value="api-keys">
        <ApiKeysTab />
      </Tabs.Panel>
      <Tabs.Panel value="usage">
        <Suspense>
          <UsageTab />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="teams">
        <Suspense>
          <TeamsTab />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="trash">
        <Suspense>
          <TrashTab />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  </Page>
)
