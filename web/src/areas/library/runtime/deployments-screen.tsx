import { Tabs } from '@mantine/core'
import { Page } from '../../../ui/page.tsx'
import { useMay } from '../../accounts/queries.ts'
import { DeploymentsList } from './deployments-list.tsx'
import { ExportsList } from './exports-list.tsx'

type DeployTab = 'deployments' | 'exports'

/** What became of the models of the workspace: where they serve, and in which other formats they are kept. */
export const DeploymentsScreen = ({ tab, onTab }: { tab: DeployTab; onTab: (tab: DeployTab) => void }) => {
  const mayDeploy = useMay('deployments.manage')
  const mayExport = useMay('library.download')
  return (
    <Page
      title="Deploy"
      tabTitle={tab === 'exports' ? 'Exports' : 'Deployments'}
      lead="Deployments and exports of all models in this workspace."
    >
      <Tabs value={tab} onChange={(next) => onTab(next as DeployTab)} keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="deployments">Deployments</Tabs.Tab>
          <Tabs.Tab value="exports">Exports</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="deployments">
          <DeploymentsList mayManage={mayDeploy} />
        </Tabs.Panel>
        <Tabs.Panel value="exports">
          <ExportsList mayManage={mayExport} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
