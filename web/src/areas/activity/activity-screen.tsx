import {
  ActionIcon,
  Box,
  Button,
  Card,
  CloseButton,
  Group,
  Skeleton,
  Stack,
  Tabs,
  TextInput,
  Title,
  Tooltip,
} from '@mantine/core'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import { IconArchive, IconArchiveOff, IconBolt, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { sentenceOf } from '../../api/problem.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Page } from '../../ui/page.tsx'
import { dayHeading } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { EventRow } from './event-row.tsx'
import { type ActivityEvent, activityQuery, useArchiveActivity, useMarkAllSeen } from './queries.ts'

type Props = {
  archived: boolean
  search: string
  onChange: (change: { tab?: 'archive'; search?: string }) => void
}

export const ActivityScreen = ({ archived, search, onChange }: Props) => {
  const feed = useInfiniteQuery(activityQuery({ archived, search }))
  const events = feed.data?.pages.flatMap((page) => page.events) ?? []
  useSeenOnOpening(feed.isSuccess && !archived)

  return (
    <Page
      title="Activity"
      lead="What happened in this workspace, newest first."
      beside={!archived && !search && events.length > 0 && <ArchiveAll />}
    >
      <Group justify="space-between" align="flex-end" mb="lg" gap="sm">
        <Tabs
          value={archived ? 'archive' : 'inbox'}
          onChange={(tab) => onChange({ tab: tab === 'archive' ? 'archive' : undefined })}
        >
          <Tabs.List>
            <Tabs.Tab value="inbox">Inbox</Tabs.Tab>
            <Tabs.Tab value="archive">Archive</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        <SearchField search={search} onSearch={(text) => onChange({ search: text || undefined })} />
      </Group>
      {feed.isPending && <Waiting />}
      {feed.error && !feed.data && <ErrorState error={feed.error} onRetry={() => void feed.refetch()} />}
      {feed.isSuccess && events.length === 0 && <Nothing archived={archived} search={search} />}
      <Stack gap="lg" aria-busy={feed.isPlaceholderData}>
        {byDay(events).map(([heading, list]) => (
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
                    <EventRow
                      event={event}
                      tinted={!event.seen && !archived}
                      action={<ArchiveOne event={event} archived={archived} />}
                    />
                  </Box>
                ))}
              </Box>
            </Card>
          </section>
        ))}
        {feed.hasNextPage && (
          <Button
            variant="default"
            mx="auto"
            onClick={() => void feed.fetchNextPage()}
            loading={feed.isFetchingNextPage}
          >
            Show older
          </Button>
        )}
      </Stack>
    </Page>
  )
}

/** Opening the page counts as having looked at everything. */
const useSeenOnOpening = (loaded: boolean) => {
  const { mutate } = useMarkAllSeen()
  const done = useRef(false)
  useEffect(() => {
    if (!loaded || done.current) return
    done.current = true
    mutate()
  }, [loaded, mutate])
}

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

const SearchField = ({ search, onSearch }: { search: string; onSearch: (search: string) => void }) => {
  const [text, setText] = useState(search)
  const settle = useDebouncedCallback(onSearch, 300)
  const change = (value: string) => {
    setText(value)
    settle(value.trim())
  }
  return (
    <TextInput
      aria-label="Search activity by name or type"
      placeholder="Search by name or type"
      leftSection={<IconSearch size={16} stroke={1.8} />}
      rightSection={
        text ? <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} /> : null
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      w={{ base: '100%', xs: 260 }}
      maxLength={200}
    />
  )
}

const ArchiveOne = ({ event, archived }: { event: ActivityEvent; archived: boolean }) => {
  const archive = useArchiveActivity()
  const label = archived ? 'Restore to inbox' : 'Archive'
  const act = () =>
    archive.mutate(
      { eventIds: [event._id], archive: !archived },
      { onError: (error) => toast(sentenceOf(error), { failed: true }) },
    )
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" onClick={act} loading={archive.isPending} aria-label={label}>
        {archived ? <IconArchiveOff size={17} stroke={1.7} /> : <IconArchive size={17} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  )
}

const ArchiveAll = () => {
  const [asking, dialog] = useDisclosure()
  const archive = useArchiveActivity()
  return (
    <>
      <Button variant="default" leftSection={<IconArchive size={17} stroke={1.7} />} onClick={dialog.open}>
        Archive all
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={dialog.close}
        title="Archive everything?"
        confirm="Archive all"
        cancel="Not now"
        danger={false}
        onConfirm={() => archive.mutate({ all: true, archive: true }, { onSuccess: dialog.close })}
        pending={archive.isPending}
        error={archive.error}
      >
        Your inbox will be empty. Nothing is lost: every row can be restored from the archive. Other members
        keep their own inbox.
      </ConfirmDialog>
    </>
  )
}

const Nothing = ({ archived, search }: { archived: boolean; search: string }) => {
  if (search) {
    return (
      <EmptyState icon={IconSearch} title="Nothing matches">
        No activity {archived ? 'in the archive ' : ''}goes by “{search}”.
      </EmptyState>
    )
  }
  return archived ? (
    <EmptyState icon={IconArchive} title="The archive is empty">
      What you archive in the inbox is kept here.
    </EmptyState>
  ) : (
    <EmptyState icon={IconBolt} title="All caught up">
      New keys, training runs and changes to settings show up here as they happen.
    </EmptyState>
  )
}

const Waiting = () => (
  <Stack gap="sm" aria-hidden>
    {[1, 2, 3, 4, 5].map((row) => (
      <Skeleton key={row} h={58} radius="lg" />
    ))}
  </Stack>
)
