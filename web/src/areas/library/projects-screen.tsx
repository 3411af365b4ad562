import { Button, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFolders, IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { ProjectSort } from '#contract/library-fields.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { useMay } from '../accounts/queries.ts'
import { ListBar, ListPages } from './list-bar.tsx'
import type { ListSearch } from './list-search.ts'
import { projectSortWords } from './list-sorts.ts'
import { ProjectCard } from './project-card.tsx'
import { projectListQuery, projectsShown } from './queries.ts'

// Most visits never open it.
const CreateProjectDialog = lazy(() => import('./create-project-dialog.tsx'))

type Props = { search: ListSearch<ProjectSort>; onSearch: (search: ListSearch<ProjectSort>) => void }

export const ProjectsScreen = ({ search, onSearch }: Props) => {
  const { data, error, refetch, isPlaceholderData } = useQuery(projectListQuery(search))
  const mayEdit = useMay('library.edit')
  const [creating, dialog] = useDisclosure()
  const [wanted, setWanted] = useState(false)
  const create = () => {
    setWanted(true)
    dialog.open()
  }
  const nothing = data?.total === 0
  return (
    <Page
      title="Projects"
      lead="A project keeps the training runs of one piece of work together."
      beside={
        mayEdit && (
          <Button leftSection={<IconPlus size={17} />} onClick={create}>
            Create project
          </Button>
        )
      }
    >
      {!(nothing && !search.q) && (
        <ListBar what="projects" search={search} sorts={projectSortWords} onChange={onSearch} />
      )}
      {!data && !error && <WaitingCards />}
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {nothing && (search.q ? <NothingFound q={search.q} /> : <NothingYet mayEdit={mayEdit} />)}
      {data && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-busy={isPlaceholderData}>
          {data.projects.map((project) => (
            <ProjectCard key={project._id} project={project} />
          ))}
        </SimpleGrid>
      )}
      {data && (
        <ListPages
          what="projects"
          search={search}
          total={data.total}
          size={projectsShown}
          onChange={onSearch}
        />
      )}
      {wanted && (
        <Suspense>
          <CreateProjectDialog opened={creating} onClose={dialog.close} />
        </Suspense>
      )}
    </Page>
  )
}

const NothingFound = ({ q }: { q: string }) => (
  <EmptyState icon={IconSearch} title="Nothing matches">
    No project here has “{q}” in its name.
  </EmptyState>
)

const NothingYet = ({ mayEdit }: { mayEdit: boolean }) => (
  <EmptyState icon={IconFolders} title="No projects yet">
    {mayEdit ? (
      <Text fz="sm">
        Create one here, or let a training run make it: it names its project, for example with
        project=first-project.
      </Text>
    ) : (
      'Your role lets you look at projects. Editors and above create them.'
    )}
  </EmptyState>
)

/** Cards on their way. */
export const WaitingCards = ({ count = 6 }: { count?: number }) => (
  <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-hidden>
    {Array.from({ length: count }, (_, card) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and do not move
      <Skeleton key={card} h={128} radius="lg" />
    ))}
  </SimpleGrid>
)
