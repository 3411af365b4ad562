import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconStar } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import { ProjectIcon } from './project-icon.tsx'
import type { Project } from './queries.ts'
import { VisibilityBadge } from './visibility-badge.tsx'

type Props = { project: Project; level?: 2 | 3; withOwner?: boolean }

/** A project among others. `level` is that of its heading; `withOwner` where they belong to different people. */
export const ProjectCard = ({ project, level = 2, withOwner = false }: Props) => (
  <Card className="gh-link-card" component="article">
    <Stack gap={8} h="100%">
      <Group gap="sm" wrap="nowrap" align="center">
        <ProjectIcon project={project} size={36} />
        <div style={{ minWidth: 0 }}>
          <Title order={level} fz="h3" style={{ overflowWrap: 'anywhere' }} lineClamp={2}>
            <Link
              to="/$username/$project"
              params={{ username: project.username, project: project.slug }}
              className="gh-cover-link"
            >
              {project.name}
            </Link>
          </Title>
          {withOwner && (
            <Text fz="xs" c="dimmed" truncate>
              {project.username}
            </Text>
          )}
        </div>
      </Group>
      {project.description && (
        <Text fz="sm" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {project.description}
        </Text>
      )}
      <Group gap="xs" mt="auto" pt="xs" justify="space-between">
        <Text fz="sm" c="dimmed" component="div">
          {project.modelCount.toLocaleString('en')} {project.modelCount === 1 ? 'model' : 'models'} ·{' '}
          <Moment at={project.updatedAt} />
        </Text>
        <Group gap={8}>
          {project.starCount > 0 && <Stars count={project.starCount} />}
          {!withOwner && <VisibilityBadge visibility={project.visibility} />}
        </Group>
      </Group>
    </Stack>
  </Card>
)

/** How many people gave it a star. */
export const Stars = ({ count }: { count: number }) => (
  <Text fz="sm" c="dimmed" span className="gh-tabular">
    <IconStar size={14} stroke={1.7} style={{ verticalAlign: '-2px' }} role="img" aria-label="Stars" />{' '}
    {count.toLocaleString('en')}
  </Text>
)
