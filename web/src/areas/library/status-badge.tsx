import { Badge } from '@mantine/core'
import type { RunStatus } from '#contract/library.ts'
import type { Model } from './queries.ts'

const looks: Record<RunStatus, { label: string; color: string }> = {
  pending: { label: 'Waiting', color: 'gray' },
  untrained: { label: 'Not trained', color: 'gray' },
  starting: { label: 'Starting', color: 'blue' },
  running: { label: 'Running', color: 'blue' },
  completed: { label: 'Completed', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
  cancelled: { label: 'Cancelled', color: 'gray' },
}

/** Where a model's training stands. A live one has a dot that breathes. */
export const StatusBadge = ({
  model,
  size,
}: {
  model: Pick<Model, 'status' | 'cancelRequested'>
  size?: string
}) => {
  const stopping = model.cancelRequested && (model.status === 'running' || model.status === 'starting')
  const { label, color } = stopping ? { label: 'Stopping', color: 'orange' } : looks[model.status]
  const live = model.status === 'running' || model.status === 'starting'
  return (
    <Badge
      className={`gh-status gh-status-${color}`}
      color={color}
      size={size}
      leftSection={live ? <span className="gh-live-dot" /> : undefined}
    >
      {label}
    </Badge>
  )
}
