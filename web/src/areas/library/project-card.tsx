import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import type { Project } from './queries.ts'
import { VisibilityBadge } from './visibility-badge.tsx'

/** A project among others. `level` is that of its heading. */
export const ProjectCard = ({ project, level = 2 }: { project: Project; level?: 2 | 3 }) => (
  <Card className="gh-link-card" component="article">
    <Stack gap={8} h="100%">
      <Title order={level} fz="h3" style={{ overflowWrap: 'anywhere' }}>
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
