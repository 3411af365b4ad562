import { Box, Card, Skeleton, Stack, Title } from '@mantine/core'
import { dayHeading } from '../../ui/time.ts'
import { EventItem } from './event-item.tsx'
import type { ActivityEvent } from './queries.ts'

/** Events under the day they happened on. */
export const EventList = ({ events }: { events: ActivityEvent[] }) =>
  byDay(events).map(([heading, list]) => (
    <section key={heading} aria-label={heading}>
      <Title order={2} fz="sm" c="dimmed" fw={600} mb={8} lts={0}>
        {heading}
      </Title>
      <Card p={0}>
        <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {list.map((event, index) => (
            <Box
              key={event._id}
              component="li"
              style={{ borderTop: index > 0 ? '1px solid var(--gh-border)' : undefined }}
            >
              <EventItem event={event} />
            </Box>
          ))}
        </Box>
      </Card>
    </section>
  ))

const byDay = (events: ActivityEvent[]): [string, ActivityEvent[]][] => {
  const days = new Map<string, ActivityEvent[]>()
  for (const event of events) {
    const heading = dayHeading(new Date(event.timestamp))
    const list = days.get(heading)
    if (list) list.push(event)
    else days.set(heading, [event])
  }
  return [...days]
}

export const EventListWaiting = () => (
  <Stack gap="sm" role="status" aria-label="Loading activity">
    {[1, 2, 3, 4, 5].map((row) => (
      <Skeleton key={row} h={58} radius="lg" />
    ))}
  </Stack>
)
