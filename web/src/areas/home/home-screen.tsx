import { Card, Group, SimpleGrid, Skeleton, Stack, Title } from '@mantine/core'
import { IconActivityHeartbeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { isOwnWorkspace, type Me, useMay, useMe } from '../accounts/queries.ts'
import { useKeysClosedBy } from '../api-keys/queries.ts'
import { projectsQuery } from '../library/queries.ts'
import { StorageLink, StorageSummary } from '../library/storage/storage-summary.tsx'
import { GetStarted } from './get-started.tsx'
import { RecentActivity } from './recent-activity.tsx'
import { RecentRuns } from './recent-runs.tsx'
import { WorkspaceCounts } from './workspace-counts.tsx'

/** While nothing has been trained yet, the page looks for the first run this often. */
const firstRunPollMs = 3000

export const HomeScreen = () => {
  const me = useMe()
  const mayTrain = useMay('training.run')
  const keysClosedBy = useKeysClosedBy()
  const { data, error, isPending, refetch } = useQuery({
    ...projectsQuery(),
    refetchInterval: ({ state }) => (state.data?.projects.length ? 15_000 : firstRunPollMs),
  })
  const empty = data?.projects.length === 0
  const begins = empty && mayTrain && !keysClosedBy

  return (
    <Page
      title={`${greeting()}, ${me.user.displayName.split(/\s+/)[0]}`}
      tabTitle="Home"
      lead={leadOf(me, empty, begins)}
    >
      {isPending && <Waiting />}
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <Stack gap="xl">
          {begins && <GetStarted />}
          {empty && !begins && keysClosedBy !== 'waiting' && <NothingYet mayTrain={mayTrain} />}
          {!empty && (
            <>
              <WorkspaceCounts projects={data.projects} />
              <RecentRuns projects={data.projects} />
            </>
          )}
          <RecentActivity />
          {!begins && <HomeStorage />}
        </Stack>
      )}
    </Page>
  )
}

const HomeStorage = () => (
  <section>
    <Group justify="space-between" mb="sm">
      <Title order={2}>Storage</Title>
      <StorageLink />
    </Group>
    <Card>
      <StorageSummary />
    </Card>
  </section>
)

/** For somebody who cannot begin by themselves. */
const NothingYet = ({ mayTrain }: { mayTrain: boolean }) => (
  <EmptyState icon={IconActivityHeartbeat} title="No runs yet">
    {mayTrain
      ? 'Training machines need an API key, and here only the owner of a workspace makes keys. Runs show up as soon as one streams in.'
      : 'Your role lets you follow what the others train. Their runs show up here as they stream in.'}
  </EmptyState>
)

const leadOf = (me: Me, empty: boolean, begins: boolean): string => {
  const where = isOwnWorkspace(me) ? '' : ` in ${me.workspace.displayName}`
  if (begins) return `Three steps, and the first training run${where} shows up here.`
  return empty ? `Nothing has been trained${where} yet.` : `Here is what has been going on${where}.`
}

const greeting = (hour = new Date().getHours()): string =>
  hour < 5 ? 'Hello' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening'

const Waiting = () => (
  <Stack aria-hidden>
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <Skeleton h={92} radius="lg" />
      <Skeleton h={92} radius="lg" />
      <Skeleton h={92} radius="lg" />
    </SimpleGrid>
    <Skeleton h={240} radius="lg" />
  </Stack>
)
