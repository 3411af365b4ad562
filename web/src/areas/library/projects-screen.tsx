import { SimpleGrid, Skeleton } from '@mantine/core'
import { IconFolders } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { Page } from '../../ui/page.tsx'
import { useMay } from '../accounts/queries.ts'
import { ProjectCard } from './project-card.tsx'
import { projectsQuery } from './queries.ts'

export const ProjectsScreen = () => {
  const { data, error, refetch } = useQuery({ ...projectsQuery(), refetchInterval: 15_000 })
  const mayTrain = useMay('training.run')
  return (
    <Page title="Projects" lead="A project keeps the training runs of one piece of work together.">
      {!data && !error && <Waiting />}
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.projects.length === 0 && (
        <EmptyState
          icon={IconFolders}
          title="No projects yet"
          action={mayTrain && <LinkButton to="/home">See how to begin</LinkButton>}
        >
          A project appears by itself when a training run names it, for example with project=first-project.
        </EmptyState>
      )}
      {data && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          {data.projects.map((project) => (
            <ProjectCard key={project._id} project={project} />
          ))}
        </SimpleGrid>
      )}
    </Page>
  )
}

const Waiting = () => (
  <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-hidden>
    {[1, 2, 3].map((card) => (
      <Skeleton key={card} h={118} radius="lg" />
    ))}
  </SimpleGrid>
)
