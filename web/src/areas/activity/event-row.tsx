import { Box, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Moment } from '../../ui/moment.tsx'
import { EventIcon } from './event-icon.tsx'
import { eventWords } from './event-words.ts'
import type { ActivityEvent } from './queries.ts'

/** One thing that happened: what, to what, by whom, when. */
export const EventRow = ({
  event,
  tinted = false,
  action,
}: {
  event: ActivityEvent
  tinted?: boolean
  action?: ReactNode
}) => {
  const { lead, name, tail } = eventWords(event)
  return (
    <Group wrap="nowrap" gap="sm" px="md" py={11} bg={tinted ? 'var(--gh-tint)' : undefined}>
      <EventIcon event={event} />
      <Box miw={0} flex={1}>
        <Text fz="sm" lh={1.4} style={{ overflowWrap: 'anywhere' }}>
          {lead} {name && <b>{name}</b>} {tail}
          {tinted && (
            <Text span fz="xs" fw={600} c="var(--gh-accent)" ml={6}>
              New
            </Text>
          )}
        </Text>
        <Text fz="xs" c="dimmed" component="div" truncate>
          {event.userName || event.userEmail} · <Moment at={event.timestamp} />
        </Text>
      </Box>
      {action}
    </Group>
  )
}
