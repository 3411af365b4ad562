import { Box, Card, Group, Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNote } from '../../ui/error-state.tsx'
import { TextLink } from '../../ui/link-button.tsx'
import { EventRow } from '../activity/event-row.tsx'
import { recentActivityQuery } from '../activity/queries.ts'

const eventsShown = 6

export const RecentActivity = () => {
  const { data: events, error, isPending } = useQuery(recentActivityQuery(eventsShown))
  if (!isPending && !error && !events?.length) return null
  return (
    <section>
      <Group justify="space-between" mb="sm">
        <Title order={2}>Recent activity</Title>
        <TextLink to="/activity" fz="sm">
          All activity
        </TextLink>
      </Group>
      {isPending && <Skeleton h={180} radius="lg" />}
      {error && !events && <ErrorNote error={error} />}
      {events && events.length > 0 && (
        <Card p={0}>
          <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
            {events.map((event, index) => (
              <Box
                key={event._id}
                component="li"
                style={{ borderTop: index > 0 ? '1px solid var(--gh-border)' : undefined }}
              >
                <EventRow event={event} />
              </Box>
            ))}
          </Box>
        </Card>
      )}
    </section>
  )
}
