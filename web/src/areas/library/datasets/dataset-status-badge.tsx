import { Badge } from '@mantine/core'
import { standing } from './dataset-words.ts'
import type { Dataset } from './queries.ts'

const looks = {
  processing: { label: 'Processing', color: 'blue' },
  failed: { label: 'Failed', color: 'red' },
  empty: { label: 'Empty', color: 'gray' },
} as const

/** What is out of the ordinary with a dataset; nothing for one that is ready. */
export const DatasetStatusBadge = ({
  dataset,
  size,
}: {
  dataset: Pick<Dataset, 'status' | 'imageCount'>
  size?: string
}) => {
  const stands = standing(dataset)
  if (stands === 'ready') return null
  const { label, color } = looks[stands]
  return (
    <Badge
      className={`gh-status gh-status-${color}`}
      color={color}
      size={size}
      leftSection={stands === 'processing' ? <span className="gh-live-dot" /> : undefined}
    >
      {label}
    </Badge>
  )
}
