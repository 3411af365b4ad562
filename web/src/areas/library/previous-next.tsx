import { Button, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { listReachMax } from '#contract/library-fields.ts'
import { exploreShown } from './explore-queries.ts'

type Props = {
  what: string
  page: number
  hasMore: boolean
  /** Undefined is the first one. */
  onPage: (page: number | undefined) => void
}

/** Pages of a list nobody counts; nothing while there is one. */
export const PreviousNext = ({ what, page, hasMore, onPage }: Props) => {
  if (page === 1 && !hasMore) return null
  const last = !hasMore || (page + 1) * exploreShown > listReachMax
  return (
    <Group component="nav" justify="center" gap="sm" mt="lg" aria-label={`Pages of ${what}`}>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconChevronLeft size={16} />}
        disabled={page === 1}
        onClick={() => onPage(page > 2 ? page - 1 : undefined)}
      >
        Previous
      </Button>
      <Text fz="sm" c="dimmed" role="status">
        Page {page.toLocaleString('en')}
      </Text>
      <Button
        variant="default"
        size="sm"
        rightSection={<IconChevronRight size={16} />}
        disabled={last}
        onClick={() => onPage(page + 1)}
      >
        Next
      </Button>
    </Group>
  )
}
