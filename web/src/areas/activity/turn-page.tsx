import { Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import type { listActivity } from '#contract/activity.ts'
import type { Received } from '#contract/endpoint.ts'
import { LinkButton } from '../../ui/link-button.tsx'
import { type ActivitySearch, neighboursOf, placeInWords } from './activity-search.ts'

/** Where in the feed this page is, and the ways on. They are addresses, so they open in another tab as well. */
export const TurnPage = ({
  search,
  reply,
}: {
  search: ActivitySearch
  reply: Received<typeof listActivity>
}) => {
  const { newer, older } = neighboursOf(search, reply.nextCursor)
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" gap="sm" mih={36}>
      <Text fz="sm" c="dimmed" className="gh-tabular">
        {placeInWords(search, reply.events.length, reply)}
      </Text>
      <Group gap="xs">
        {newer && (
          <LinkButton
            to="/activity"
            search={newer}
            variant="default"
            size="sm"
            leftSection={<IconChevronLeft size={16} />}
          >
            Newer
          </LinkButton>
        )}
        {older && (
          <LinkButton
            to="/activity"
            search={older}
            variant="default"
            size="sm"
            rightSection={<IconChevronRight size={16} />}
          >
            Older
          </LinkButton>
        )}
      </Group>
    </Group>
  )
}
