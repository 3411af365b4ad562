import { Group, SimpleGrid, Tabs, Title } from '@mantine/core'
import { IconDatabase, IconFolders, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { TextLink } from '../../ui/link-button.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { DatasetCard } from '../library/datasets/dataset-card.tsx'
import { exploreQuery } from '../library/explore-queries.ts'
import { ListBar, ListPages } from '../library/list-bar.tsx'
import { projectSortWords } from '../library/list-sorts.ts'
import { PreviousNext } from '../library/previous-next.tsx'
import { ProjectCard } from '../library/project-card.tsx'
import { WaitingCards } from '../library/projects-screen.tsx'
import { projectsShown } from '../library/queries.ts'
import type { ProfileSearch } from './profile-search.ts'
import { publicProjectsQuery } from './queries.ts'

type Props = {
  username: string
  /** Whether this is the workspace somebody acts in. */
  own: boolean
  isOneself: boolean
  search: ProfileSearch
  onSearch: (search: ProfileSearch) => void
}

/** What somebody has made public; to oneself also the way to what one gave a star. */
export const PublicWorks = (props: Props) => {
  const { search, onSearch, isOneself } = props
  const kind = search.type ?? 'projects'
  return (
    <section aria-labelledby="public-works">
      <Group justify="space-between" mb="md">
        <Title order={2} id="public-works">
          Public work
        </Title>
        {isOneself && (
          <TextLink to="/explore" search={{ starred: 'true' }} fz="sm">
            What you gave a star
          </TextLink>
        )}
      </Group>
      <Tabs
        value={kind}
        onChange={(next) => onSearch({ type: next === 'datasets' ? next : undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="projects">Projects</Tabs.Tab>
          <Tabs.Tab value="datasets">Datasets</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="projects">
          <Projects {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="datasets">
          <Datasets {...props} />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}

const Projects = ({ username, own, search, onSearch }: Props) => {
  const { data, error, refetch, isPlaceholderData } = useQuery(publicProjectsQuery(username, search))
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <WaitingCards count={3} />
  if (data.total === 0 && !search.q)
    return (
      <EmptyState icon={IconFolders} title="No public projects">
        {own
          ? 'Those of your projects that everybody may see appear here.'
          : `Nothing ${username} has made is open to everybody yet.`}
      </EmptyState>
    )
  return (
    <>
      <ListBar what="projects" search={search} sorts={projectSortWords} onChange={onSearch} />
      {data.total === 0 && (
        <EmptyState icon={IconSearch} title="Nothing matches">
          No public project here has “{search.q}” in its name.
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-busy={isPlaceholderData}>
        {data.projects.map((project) => (
          <ProjectCard key={project._id} project={project} level={3} />
        ))}
      </SimpleGrid>
      <ListPages
        what="projects"
        search={search}
        total={data.total}
        size={projectsShown}
        onChange={onSearch}
      />
    </>
  )
}

const Datasets = ({ username, search, onSearch }: Props) => {
  const visitor = useVisitor()
  const sought = { type: 'datasets', author: username, sort: 'newest', page: search.page } as const
  const { data, error, refetch } = useQuery(exploreQuery(sought, visitor?.user.id))
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <WaitingCards count={3} />
  if (data.datasets.length === 0)
    return (
      <EmptyState icon={IconDatabase} title="No public datasets">
        Datasets that everybody may see appear here.
      </EmptyState>
    )
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {data.datasets.map((dataset) => (
          <DatasetCard key={dataset._id} dataset={dataset} level={3} />
        ))}
      </SimpleGrid>
      <PreviousNext
        what="datasets"
        page={search.page ?? 1}
        hasMore={data.hasMore}
        onPage={(page) => onSearch({ ...search, page })}
      />
    </>
  )
}
