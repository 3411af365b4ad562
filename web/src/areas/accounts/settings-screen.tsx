import { Tabs } from '@mantine/core'
import { Page } from '../../ui/page.tsx'
import { ApiKeysTab } from '../api-keys/api-keys-tab.tsx'
import { ProfileTab } from './profile/profile-tab.tsx'

type Tab = 'profile' | 'api-keys'

export const SettingsScreen = ({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) => (
  <Page title="Settings" tabTitle={tab === 'profile' ? 'Profile · Settings' : 'API keys · Settings'}>
    <Tabs value={tab} onChange={(next) => onTab(next as Tab)} keepMounted={false}>
      <Tabs.List mb="xl">
        <Tabs.Tab value="profile">Profile</Tabs.Tab>
        <Tabs.Tab value="api-keys">API keys</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="profile">
        <ProfileTab />
      </Tabs.Panel>
      <Tabs.Panel value="api-keys">
        <ApiKeysTab />
      </Tabs.Panel>
    </Tabs>
  </Page>
)
