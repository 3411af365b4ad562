import { Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconFolders } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { type Project, projectsQuery } from './queries.ts'
import { VisibilityBadge } from './visibility-badge.tsx'

export const ProjectsScreen = () => {
  const { data, error, refetch } = useQuery({ ...projectsQuery(), refetchInterval: 15_000 })
  return (
    <Page title="Projects" lead="A project keeps the training runs of one piece of work together.">
      {!data && !error && <Waiting />}
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.projects.length === 0 && (
        <EmptyState
          icon={IconFolders}
          title="No projects yet"
          action={<LinkButton to="/home">See how to begin</LinkButton>}
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

const ProjectCard = ({ project }: { project: Project }) => (
  <Card className="gh-link-card" component="article">
    <Stack gap={8} h="100%">
      <Title order={2} fz="h3" style={{ overflowWrap: 'anywhere' }}>
        <Link
          to="/$username/$project"
          params={{ username: project.username, project: project.slug }}
          className="gh-cover-link"
        >
          {project.name}
        </Link>
      </Title>
      {project.description && (
        <Text fz="sm" c="dimmed" lineClamp={2}>
          {project.description}
        </Text>
      )}
      <Group gap="xs" mt="auto" pt="xs" justify="space-between">
        <Text fz="sm" c="dimmed" component="div">
          {project.modelCount} {project.modelCount === 1 ? 'model' : 'models'} ·{' '}
          <Moment at={project.updatedAt} />
        </Text>
        <VisibilityBadge visibility={project.visibility} />
      </Group>
    </Stack>
  </Card>
)

const Waiting = () => (
  <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-hidden>
    {[1, 2, 3].map((card) => (
      <Skeleton key={card} h={118} radius="lg" />
    ))}
  </SimpleGrid>
)
