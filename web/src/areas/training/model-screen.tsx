import { Alert, Group, Tabs } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { TextLink } from '../../ui/link-button.tsx'
import { Page } from '../../ui/page.tsx'
import { useVisitor, useVisitorMay } from '../accounts/visitor.ts'
import { Crumbs } from '../library/crumbs.tsx'
import { FilesTab } from '../library/files-tab.tsx'
import { ModelActions } from '../library/model-actions.tsx'
import { isLive, modelByPathQuery } from '../library/queries.ts'
import { DeploymentsList } from '../library/runtime/deployments-list.tsx'
import { ExportsList } from '../library/runtime/exports-list.tsx'
import { StatusBadge } from '../library/status-badge.tsx'
import { CancelTrainingButton } from './cancel-training-button.tsx'
import { ConsoleTab } from './console-tab.tsx'
import { DownloadWeightsButton } from './download-weights-button.tsx'
import { MetricsTab } from './metrics-tab.tsx'
import { modelFacts } from './model-facts.ts'
import { ModelLead } from './model-lead.tsx'
import { PairsTab } from './pairs-tab.tsx'
import { PlotsTab } from './plots-tab.tsx'
import { trainingQuery } from './queries.ts'
import { RunSummary } from './run-summary.tsx'

type Tab = 'metrics' | 'console' | 'plots' | 'files' | 'arguments' | 'environment' | 'exports' | 'deployments'
type Props = { username: string; project: string; model: string; tab: Tab; onTab: (tab: Tab) => void }

export const ModelScreen = ({ username, project, model: slug, tab, onTab }: Props) => {
  const visitor = useVisitor()
  const { data } = useSuspenseQuery(modelByPathQuery(username, project, slug))
  const { model } = data
  const live = isLive(model)
  const training = useQuery(trainingQuery(model._id, live))
  useLastLook(live, () => void training.refetch())
  const job = training.data
  // Console and machine are for members only; others see the public part.
  const member = visitor?.workspace.username === model.username
  const mayExport = useVisitorMay('library.download', model.username)
  const mayDeploy = useVisitorMay('deployments.manage', model.username)
  const tabs: { id: Tab; label: string; shown: boolean }[] = [
    { id: 'metrics', label: 'Metrics', shown: true },
    { id: 'console', label: 'Console', shown: member },
    { id: 'plots', label: 'Plots', shown: (job?.plots.length ?? 0) > 0 },
    { id: 'files', label: 'Files', shown: true },
    { id: 'arguments', label: 'Arguments', shown: Boolean(job) },
    { id: 'environment', label: 'Environment', shown: member && Boolean(job?.environment) },
    { id: 'exports', label: 'Exports', shown: member },
    { id: 'deployments', label: 'Deployments', shown: member },
  ]
  const open = tabs.some(({ id, shown }) => id === tab && shown) ? tab : 'metrics'

  return (
    <Page
      title={model.name}
      tabTitle={`${model.name} · ${model.projectName}`}
      above={
        <Crumbs username={model.username}>
          <TextLink
            to="/$username/$project"
            params={{ username: model.username, project: model.projectSlug }}
            fz="sm"
          >
            {model.projectName}
          </TextLink>
        </Crumbs>
      }
      badge={<StatusBadge model={model} size="lg" />}
      lead={<ModelLead model={model} measured={modelFacts(job?.modelInfo ?? {})} />}
      beside={
        <Group gap="xs">
          {live && member && !model.cancelRequested && <CancelTrainingButton model={model} />}
          {model.weights && <DownloadWeightsButton model={model} />}
          <ModelActions model={model} />
        </Group>
      }
    >
      {job?.error && (
        <Alert color="red" title="The run ended with an error" mb="lg">
          {job.error}
        </Alert>
      )}
      <RunSummary model={model} job={job ?? undefined} loading={training.isPending} />
      <Tabs value={open} onChange={(next) => onTab(next as Tab)} keepMounted={false}>
        <Tabs.List mb="lg" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
          {tabs
            .filter(({ shown }) => shown)
            .map(({ id, label }) => (
              <Tabs.Tab key={id} value={id}>
                {label}
              </Tabs.Tab>
            ))}
        </Tabs.List>
        <Tabs.Panel value="metrics">
          <MetricsTab training={training} live={live} model={model} />
        </Tabs.Panel>
        <Tabs.Panel value="console">
          <ConsoleTab modelId={model._id} live={live} />
        </Tabs.Panel>
        <Tabs.Panel value="plots">
          <PlotsTab plots={job?.plots ?? []} classNames={model.classNames ?? []} />
        </Tabs.Panel>
        <Tabs.Panel value="files">
          <FilesTab model={model} />
        </Tabs.Panel>
        <Tabs.Panel value="exports">
          <ExportsList modelId={model._id} mayManage={mayExport} />
        </Tabs.Panel>
        <Tabs.Panel value="deployments">
          <DeploymentsList modelId={model._id} mayManage={mayDeploy} />
        </Tabs.Panel>
        <Tabs.Panel value="arguments">
          <PairsTab pairs={job?.trainArgs ?? {}} empty="The client sent no arguments." what="Arguments" />
        </Tabs.Panel>
        <Tabs.Panel value="environment">
          <PairsTab
            pairs={job?.environment ?? {}}
            empty="The client said nothing of its machine."
            what="Environment"
            humanize
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

/** What arrived between the last poll and the end of the run is asked for once more. */
const useLastLook = (live: boolean, look: () => void) => {
  const wasLive = useRef(live)
  useEffect(() => {
    if (wasLive.current && !live) look()
    wasLive.current = live
  })
}
