import { Tabs } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Page } from '../../ui/page.tsx'
import { ApiKeysTab } from '../api-keys/api-keys-tab.tsx'
import { ProfileTab } from './profile/profile-tab.tsx'

// Each visit looks at one tab; the way in leads to the first two.
const TeamsTab = lazy(() =>
  import('../workspaces/members/teams-tab.tsx').then(({ TeamsTab }) => ({ default: TeamsTab })),
)

/** In the order of SPEC 17. */
const labels = { profile: 'Profile', 'api-keys': 'API keys', teams: 'Teams' }
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
      <Tabs.Panel value="teams">
        <Suspense>
          <TeamsTab />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  </Page>
)
