import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { ActivityFilters } from './activity-filters.tsx'
import { type ActivitySearch, isNewest } from './activity-search.ts'
import { ActivityTabs } from './activity-tabs.tsx'
import { ArchiveAll } from './archive-all.tsx'
import { ArrivalsNotice } from './arrivals-notice.tsx'
import { EventList, EventListWaiting } from './event-list.tsx'
import { ExportMenu } from './export-menu.tsx'
import { NothingHere } from './nothing-here.tsx'
import { type ActivityEvent, activityQuery, useMarkSeen } from './queries.ts'
import { TurnPage } from './turn-page.tsx'

type Props = {
  search: ActivitySearch
  /** Shows something else of the feed, from its first page on. `replace` where it is not worth a step back. */
  onChange: (change: ActivitySearch, replace?: boolean) => void
}

export const ActivityScreen = ({ search, onChange }: Props) => {
  const feed = useQuery(activityQuery(search))
  const { data } = feed
  const isOwn = feed.isSuccess && !feed.isPlaceholderData
  const newest = isNewest(search)
  useSeenOnOpening(newest && isOwn && !feed.isFetching ? data?.events : undefined, newest)

  return (
    <Page
      title="Activity"
      lead="What happened in this workspace, newest first."
      beside={<ExportMenu search={search} isEmpty={isOwn && data?.total === 0} />}
    >
      <ActivityTabs search={search} onChange={onChange}>
        {search.tab !== 'archive' && data && data.total > 0 && <ArchiveAll />}
      </ActivityTabs>
      <ActivityFilters search={search} onChange={onChange} />
      <ArrivalsNotice events={newest && isOwn ? data?.events : undefined} isHere={newest} />
      {feed.isPending && <EventListWaiting />}
      {feed.error && !data && <ErrorState error={feed.error} onRetry={() => void feed.refetch()} />}
      {isOwn && data?.events.length === 0 && <NothingHere search={search} />}
      {data && data.events.length > 0 && (
        <Stack gap="lg" aria-busy={feed.isPlaceholderData} opacity={feed.isPlaceholderData ? 0.6 : 1}>
          <EventList events={data.events} />
          <TurnPage search={search} reply={data} />
        </Stack>
      )}
    </Page>
  )
}

/** Opening the inbox counts as having looked at all that is on screen, and at what is older; what arrives while it is open does not. Where that could
 *  not be said, it is said again with what is on screen the next time. */
const useSeenOnOpening = (shown: ActivityEvent[] | undefined, isOpen: boolean) => {
  const { mutate } = useMarkSeen({ keepTint: true })
  const done = useRef(false)
  useEffect(() => {
    if (!isOpen) done.current = false
    if (!shown || done.current) return
    done.current = true
    mutate(
      { all: true, upTo: shown[0]?._id },
      {
        onError: () => {
          done.current = false
        },
      },
    )
  }, [shown, isOpen, mutate])
}
