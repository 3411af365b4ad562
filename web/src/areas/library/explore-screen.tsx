import { Alert, Button, Chip, Group, NativeSelect, SimpleGrid, Tabs, Text } from '@mantine/core'
import { IconCloudOff, IconSearch, IconStar, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Region } from '#contract/common.ts'
import { datasetTasks } from '#contract/dataset-fields.ts'
import type { ExploreSort } from '#contract/explore.ts'
import { regions } from '#contract/regions.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { DatasetCard } from './datasets/dataset-card.tsx'
import { type ExploreSearch, exploreQuery } from './explore-queries.ts'
import { exploreSortWords } from './explore-search.ts'
import { ListBar } from './list-bar.tsx'
import { PreviousNext } from './previous-next.tsx'
import { ProjectCard } from './project-card.tsx'
import { WaitingCards } from './projects-screen.tsx'

type Props = { search: ExploreSearch; onSearch: (search: ExploreSearch) => void }

/** What everybody shows to everybody, for whoever comes by. */
export const ExploreScreen = ({ search, onSearch }: Props) => {
  const visitor = useVisitor()
  const { data, error, isPlaceholderData, refetch } = useQuery(exploreQuery(search, visitor?.user.id))
  const kind = search.type ?? 'projects'
  const found = data && (kind === 'projects' ? data.projects.length : data.datasets.length)
  /** Another question begins at its first page. */
  const seek = (change: ExploreSearch) => onSearch({ ...search, page: undefined, ...change })
  return (
    <Page title="Explore" lead="Projects and datasets that people and teams have made public.">
      <Tabs
        value={kind}
        onChange={(next) =>
          onSearch({ ...search, type: next === 'datasets' ? next : undefined, page: undefined })
        }
        mb="lg"
      >
        <Tabs.List>
          <Tabs.Tab value="projects">Projects</Tabs.Tab>
          <Tabs.Tab value="datasets">Datasets</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      <ListBar<ExploreSort>
        what={kind}
        search={search}
        sorts={exploreSortWords}
        onChange={({ q, sort }) => seek({ q, sort })}
      />
      <Group gap="xs" mb="lg">
        <NativeSelect
          aria-label="Task"
          value={search.task ?? ''}
          data={[{ value: '', label: 'Any task' }, ...datasetTasks]}
          onChange={(event) => seek({ task: event.currentTarget.value || undefined })}
        />
        {visitor && (
          <Chip
            checked={search.starred === 'true'}
            onChange={(starred) => seek({ starred: starred ? 'true' : undefined })}
          >
            With your star
          </Chip>
        )}
        {search.author && (
          <Button
            variant="light"
            size="xs"
            rightSection={<IconX size={14} />}
            onClick={() => seek({ author: undefined })}
            aria-label={`By ${search.author}; show everybody`}
          >
            By {search.author}
          </Button>
        )}
      </Group>
      {data && data.unreachable.length > 0 && <Unreachable missing={data.unreachable} />}
      {!data && !error && <WaitingCards />}
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {found === 0 && <Nothing search={search} />}
      {data && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-busy={isPlaceholderData}>
          {kind === 'projects'
            ? data.projects.map((project) => <ProjectCard key={project._id} project={project} withOwner />)
            : data.datasets.map((dataset) => <DatasetCard key={dataset._id} dataset={dataset} withOwner />)}
        </SimpleGrid>
      )}
      {data && (
        <PreviousNext
          what={kind}
          page={search.page ?? 1}
          hasMore={data.hasMore}
          onPage={(page) => onSearch({ ...search, page })}
        />
      )}
    </Page>
  )
}

const Unreachable = ({ missing }: { missing: readonly Region[] }) => (
  <Alert color="orange" icon={<IconCloudOff size={18} />} mb="lg" role="status">
    <Text fz="sm">
      {missing.map((region) => regions[region].label).join(' and ')} could not be asked just now. What is kept
      there is missing from this list.
    </Text>
  </Alert>
)

const Nothing = ({ search }: { search: ExploreSearch }) => {
  if (search.starred)
    return (
      <EmptyState icon={IconStar} title="No stars here yet">
        Give a project your star on its page, and it is found again here.
      </EmptyState>
    )
  const narrowed = search.q || search.task || search.author
  return (
    <EmptyState icon={IconSearch} title={narrowed ? 'Nothing matches' : 'Nothing is public yet'}>
      {narrowed
        ? 'Try another word, or fewer filters. One or two letters are looked for at the beginning of names.'
        : 'What people make public appears here.'}
    </EmptyState>
  )
}
