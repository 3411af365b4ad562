import { Badge, Box, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Moment } from '../../ui/moment.tsx'
import { EventIcon } from './event-icon.tsx'
import { eventWords } from './event-words.ts'
import { PersonMark } from './person-mark.tsx'
import type { ActivityEvent } from './queries.ts'

type Props = {
  event: ActivityEvent
  tinted?: boolean
  /** Below the sentence, after who and when. */
  beside?: ReactNode
  action?: ReactNode
}

/** One thing that happened: what, to what, by whom, with which key, when. */
export const EventRow = ({ event, tinted = false, beside, action }: Props) => {
  const { lead, name, tail } = eventWords(event)
  return (
    <Group wrap="nowrap" gap="sm" px="md" py={11} bg={tinted ? 'var(--gh-tint)' : undefined}>
      <EventIcon event={event} />
      <Box miw={0} flex={1}>
        <Text component="div" fz="sm" lh={1.4} style={{ overflowWrap: 'anywhere' }}>
          {lead} {name && <b>{name}</b>} {tail}
          {tinted && (
            <Text span fz="xs" fw={600} c="var(--gh-accent)" ml={6}>
              New
            </Text>
          )}
          <Standing event={event} />
        </Text>
        <Group gap={6} mt={3} mih={22} fz="xs" c="dimmed" lh={1.35}>
          <Group wrap="nowrap" gap={6} miw={0} align="flex-start">
            <PersonMark id={event.userId} name={event.userName} />
            <span style={{ overflowWrap: 'anywhere' }}>
              {event.userName || event.userEmail}
              {event.key && ` with key ${event.key.name ?? `${event.key.prefix ?? event.key.id}…`}`} ·{' '}
              <Moment at={event.timestamp} />
            </span>
          </Group>
          {beside}
        </Group>
      </Box>
      <Group wrap="nowrap" gap={2}>
        {action}
      </Group>
    </Group>
  )
}

/** What has become of it since. */
const Standing = ({ event }: { event: ActivityEvent }) => {
  const marks = [
    event.undone && 'Undone',
    event.metadata?.undoOf !== undefined && 'Undoes a change',
    event.resourceDeleted && event.action !== 'deleted' && 'Since deleted',
  ]
  return marks.map(
    (mark) =>
      mark && (
        <Badge key={mark} size="sm" color="gray" ml={6} style={{ verticalAlign: '1px' }}>
          {mark}
        </Badge>
      ),
  )
}
