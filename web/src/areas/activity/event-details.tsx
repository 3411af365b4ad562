import { Box, Code, Stack, Text } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { clockTime } from '../../ui/time.ts'
import { ChangeTable } from './change-table.tsx'
import { factsOf } from './event-facts.ts'
import type { ActivityEvent } from './queries.ts'

/** All that is known of an event: what changed, by whom and from where. */
export const EventDetails = ({
  event,
  undoUntil,
}: {
  event: ActivityEvent
  undoUntil: string | undefined
}) => (
  <Stack gap="md" pr="md" pb="md" pl={{ base: 'md', xs: 62 }}>
    {event.changes && event.changes.length > 0 && <ChangeTable changes={event.changes} />}
    <Box component="dl" className="gh-facts">
      {factsOf(event).map(({ label, value, isCode }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{isCode ? <Code fz="inherit">{value}</Code> : value}</dd>
        </div>
      ))}
    </Box>
    {undoUntil && (
      <Text fz="xs" c="dimmed">
        <IconArrowBackUp size={14} style={{ verticalAlign: '-2px' }} aria-hidden /> It can be undone until{' '}
        {clockTime(new Date(undoUntil))}.
      </Text>
    )}
  </Stack>
)
