import { SimpleGrid, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { useMay, useMe } from '../accounts/queries.ts'
import { projectsQuery } from '../library/queries.ts'
import { GetStarted } from './get-started.tsx'
import { RecentActivity } from './recent-activity.tsx'
import { RecentRuns } from './recent-runs.tsx'
import { WorkspaceCounts } from './workspace-counts.tsx'

/** While nothing has been trained yet, the page looks for the first run this often. */
const firstRunPollMs = 3000

export const HomeScreen = () => {
  const { user } = useMe()
  const mayTrain = useMay('training.run')
  const { data, error, isPending, refetch } = useQuery({
    ...projectsQuery(),
    refetchInterval: ({ state }) => (state.data?.projects.length ? 15_000 : firstRunPollMs),
  })
  const empty = data?.projects.length === 0

  return (
    <Page
      title={`${greeting()}, ${user.displayName.split(/\s+/)[0]}`}
      tabTitle="Home"
      lead={
        empty ? 'Three steps, and your first training run shows up here.' : 'Here is what has been going on.'
      }
    >
      {isPending && <Waiting />}
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <Stack gap="xl">
          {empty && mayTrain && <GetStarted />}
          {!empty && (
            <>
              <WorkspaceCounts projects={data.projects} />
              <RecentRuns projects={data.projects} />
            </>
          )}
          <RecentActivity />
        </Stack>
      )}
    </Page>
  )
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
