import { Badge } from '@mantine/core'
import { IconLock, IconWorld } from '@tabler/icons-react'

export const VisibilityBadge = ({ visibility }: { visibility: 'public' | 'private' }) => (
  <Badge
    variant="default"
    leftSection={visibility === 'private' ? <IconLock size={11} /> : <IconWorld size={11} />}
    size="sm"
  >
    {visibility === 'private' ? 'Private' : 'Public'}
  </Badge>
)
