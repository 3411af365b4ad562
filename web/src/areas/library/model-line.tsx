import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Moment } from '../../ui/moment.tsx'
import type { Model } from './queries.ts'
import { RunProgress } from './run-progress.tsx'
import { StatusBadge } from './status-badge.tsx'

/** One model in two short lines. */
export const ModelLine = ({
  model,
  first,
  withProject,
}: {
  model: Model
  first: boolean
  withProject?: boolean
}) => (
  <div
    className="gh-row-link"
    style={{ padding: '12px 16px', borderTop: first ? undefined : '1px solid var(--gh-border)' }}
  >
    <Group justify="space-between" wrap="nowrap">
      <Text component="div" truncate miw={0}>
        <ModelLink model={model} />
        {withProject && (
          <Text span fz="sm" c="dimmed" ml={8}>
            {model.projectName}
          </Text>
        )}
      </Text>
      <StatusBadge model={model} />
    </Group>
    <Group justify="space-between" mt={4} wrap="nowrap">
      <RunProgress model={model} />
      <Text fz="xs" c="dimmed" component="div">
        <Moment at={model.updatedAt} />
      </Text>
    </Group>
  </div>
)

/** Covers the whole row it stands in. */
export const ModelLink = ({ model }: { model: Model }) => (
  <Link
    to="/$username/$project/$model"
    params={{ username: model.username, project: model.projectSlug, model: model.slug }}
    className="gh-cover-link"
  >
    {model.name}
  </Link>
)
