import { Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { ErrorNote } from '../../../ui/error-state.tsx'

type Props<T> = {
  title: string
  lead?: ReactNode
  /** At the end of the heading's line, once there is something to show. */
  beside?: ReactNode
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
}

/** A card of the Profile tab whose content is asked for by itself: waiting, refused or full. */
export const LoadedCard = <T,>({ title, lead, beside, query, children }: Props<T>) => {
  const id = useId()
  const { data, error, refetch, isFetching } = query
  return (
    <Card component="section" aria-labelledby={id} aria-busy={data === undefined && !error}>
      <Stack>
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={4} flex="1 1 240px">
            <Title order={2} fz="h3" id={id}>
              {title}
            </Title>
            {lead && (
              <Text c="dimmed" fz="sm" component="div" maw={620}>
                {lead}
              </Text>
            )}
          </Stack>
          {data !== undefined && beside}
        </Group>
        {data !== undefined && children(data)}
        {data === undefined && !error && <Waiting />}
        {data === undefined && error && (
          <>
            <ErrorNote error={error} />
            <Group>
              <Button variant="default" onClick={() => void refetch()} loading={isFetching}>
                Try again
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Card>
  )
}

const Waiting = () => (
  <Stack gap="sm" aria-hidden>
    <Skeleton h={44} />
    <Skeleton h={44} />
  </Stack>
)
