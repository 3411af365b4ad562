import { Button, Card, Skeleton, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorState } from '../../../ui/error-state.tsx'

type Props = {
  label: string
  query: {
    isPending: boolean
    error: unknown
    refetch: () => unknown
    hasNextPage: boolean
    fetchNextPage: () => unknown
    isFetchingNextPage: boolean
  }
  /** What stands there when there are none. */
  empty: ReactNode
  rows: ReactNode[] | undefined
}

/** A list that grows by pages, with its empty, waiting and refused faces. */
export const RecordList = ({ label, query, empty, rows }: Props) => {
  if (!rows)
    return query.isPending ? (
      <Skeleton h={140} radius="lg" aria-hidden />
    ) : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    )
  if (rows.length === 0) return empty
  return (
    <Stack>
      <Card p={0} component="ul" m={0} aria-label={label} style={{ listStyle: 'none' }}>
        {rows}
      </Card>
      {query.hasNextPage && (
        <Button
          variant="default"
          mx="auto"
          onClick={() => void query.fetchNextPage()}
          loading={query.isFetchingNextPage}
        >
          Show older
        </Button>
      )}
    </Stack>
  )
}
