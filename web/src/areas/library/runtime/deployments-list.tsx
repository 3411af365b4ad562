import { Group, Progress, Stack, Text } from '@mantine/core'
import { IconRocket } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { type Deployment, deploymentsQuery } from './queries.ts'
import { RecordList } from './record-list.tsx'
import { RecordRow } from './record-row.tsx'

type Props = { modelId?: string; mayManage: boolean }

/** Deployments of one model, or of the workspace, and how many the plan allows. */
export const DeploymentsList = ({ modelId, mayManage }: Props) => {
  const query = useInfiniteQuery(deploymentsQuery(modelId))
  const first = query.data?.pages[0]
  const deployments = query.data?.pages.flatMap((page) => page.deployments)
  return (
    <Stack gap="lg">
      {first && <Limit used={first.used} limit={first.limit} />}
      <RecordList
        label="Deployments"
        query={query}
        rows={deployments?.map((deployment) => (
          <Row
            key={deployment._id}
            deployment={deployment}
            mayManage={mayManage}
            withModel={modelId === undefined}
          />
        ))}
        empty={
          <EmptyState icon={IconRocket} title="No deployments">
            {first?.canStart
              ? 'They appear here once a model is deployed.'
              : 'This installation has no machine that serves models. Deployments that the API writes down appear here.'}
          </EmptyState>
        }
      />
    </Stack>
  )
}

const Row = ({
  deployment,
  mayManage,
  withModel,
}: {
  deployment: Deployment
  mayManage: boolean
  withModel: boolean
}) => {
  const { cpu, memoryGi } = deployment.resources
  return (
    <RecordRow
      kind="deployment"
      id={deployment._id}
      name={deployment.name}
      status={deployment.status}
      error={deployment.error}
      warning="It is gone for good, and whoever asks it gets no answer any more. The model stays."
      mayDelete={mayManage}
      facts={
        <>
          {withModel && `${deployment.modelName ?? 'Its model is gone'} · `}
          {deployment.region} · {cpu} CPU, {memoryGi} GB · <Moment at={deployment.createdAt} />
        </>
      }
    />
  )
}

const Limit = ({ used, limit }: { used: number; limit: number | null }) => (
  <div>
    <Group justify="space-between" mb={limit === null ? 0 : 6}>
      <Text fz="sm">
        {limit === null
          ? `${used.toLocaleString('en')} in this workspace; your plan sets no limit.`
          : `${used} of ${limit} in this workspace`}
      </Text>
    </Group>
    {limit !== null && (
      <Progress
        value={limit === 0 ? 100 : Math.min(100, (100 * used) / limit)}
        size="sm"
        color={used >= limit ? 'orange' : undefined}
        aria-label={`${used} of ${limit} deployments`}
      />
    )}
  </div>
)
