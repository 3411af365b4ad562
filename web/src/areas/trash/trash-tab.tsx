import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconTrashX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { bytes } from '../../ui/bytes.ts'
import { counted } from '../../ui/counted.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { useMay } from '../accounts/queries.ts'
import { EmptyTrashDialog } from './empty-trash-dialog.tsx'
import { EmptyingNote } from './emptying-note.tsx'
import { trashQuery } from './queries.ts'
import { TrashFilters } from './trash-filters.tsx'
import { TrashList, TrashWaiting } from './trash-list.tsx'
import { TrashMap } from './trash-map.tsx'
import type { TrashSearch } from './trash-search.ts'

/** Emptyings whose end somebody has read. Pages that were kept from before still tell of them. */
const dismissed = new Set<string>()

/** What lies in the trash, and the ways out of it. What is shown of it stands in the address. */
export const TrashTab = () => {
  const { type, search, page } = useSearch({ from: '/_authed/settings' })
  const navigate = useNavigate({ from: '/settings' })
  const show = (change: TrashSearch, replace = true) =>
    void navigate({ search: { tab: 'trash', type, search, page: undefined, ...change }, replace })
  const mayChange = useMay('trash.manage')
  const { data, error, refetch, isPlaceholderData } = useQuery(trashQuery({ type, search, page }))
  const [begun, setBegun] = useState<string>()
  // One that was begun elsewhere, or before the page was loaded, is followed to its end as well.
  const { jobId } = data?.emptying ?? {}
  if (jobId && jobId !== begun && !dismissed.has(jobId)) setBegun(jobId)
  const dismiss = () => {
    if (begun) dismissed.add(begun)
    setBegun(undefined)
  }

  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <TrashWaiting />
  const { summary } = data
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="sm">
        <Text c="dimmed" flex="1 1 260px">
          {summary.totalItems > 0 &&
            `${counted(summary.totalItems, 'item')}, ${bytes(summary.totalSizeBytes)}. `}
          What you delete stays here for 30 days, then it is gone for good at 03:00 UTC. Until then it counts
          in storage.
          {!mayChange && ' Your role lets you look; editors restore and delete.'}
        </Text>
        {mayChange && summary.totalItems > 0 && <EmptyTrash summary={summary} onEmptied={setBegun} />}
      </Group>
      {begun && <EmptyingNote key={begun} jobId={begun} onClose={dismiss} />}
      {summary.totalItems > 0 && <TrashMap summary={summary} />}
      {(summary.totalItems > 0 || type || search) && (
        <TrashFilters type={type} search={search} onShow={show} />
      )}
      <TrashList
        found={data}
        filtered={Boolean(type || search)}
        mayChange={mayChange}
        busy={isPlaceholderData}
        onPage={(next, replace = false) => show({ page: next > 1 ? next : undefined }, replace)}
      />
    </Stack>
  )
}

type EmptyProps = Pick<Parameters<typeof EmptyTrashDialog>[0], 'summary' | 'onEmptied'>

const EmptyTrash = (props: EmptyProps) => {
  const [asking, dialog] = useDisclosure()
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrashX size={17} stroke={1.7} aria-hidden />}
        onClick={dialog.open}
      >
        Empty trash
      </Button>
      <EmptyTrashDialog {...props} opened={asking} onClose={dialog.close} />
    </>
  )
}
