import { Box, Card, Pagination, Skeleton, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSearch, IconTrash } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Received } from '#contract/endpoint.ts'
import type { listTrash } from '#contract/trash.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { DeleteForGoodDialog } from './delete-for-good-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { type Asking, TrashRow } from './trash-row.tsx'
import { pagesMax } from './trash-search.ts'

type Props = {
  found: Received<typeof listTrash>
  filtered: boolean
  mayChange: boolean
  busy: boolean
  /** `replace` where the page that was asked for is not worth a step back. */
  onPage: (page: number, replace?: boolean) => void
}

/** A page of the trash. What is asked about a thing outlives its row, which goes with the answer. */
export const TrashList = ({
  found: { items, page, totalPages },
  filtered,
  mayChange,
  busy,
  onPage,
}: Props) => {
  const [asked, setAsked] = useState<Asking>()
  const [asking, dialog] = useDisclosure()
  const ask = (next: Asking) => {
    setAsked(next)
    dialog.open()
  }
  const pages = Math.min(totalPages, pagesMax)
  const isPastEnd = items.length === 0 && page > 1
  useEffect(() => {
    // The last things of the last page are gone.
    if (isPastEnd) onPage(Math.max(1, pages), true)
  }, [isPastEnd, pages, onPage])
  const Dialog = asked?.to === 'delete' ? DeleteForGoodDialog : RestoreDialog
  return (
    <>
      {items.length === 0 && !isPastEnd && <Nothing filtered={filtered} />}
      {items.length > 0 && (
        <Card p={0}>
          <Box
            component="ul"
            m={0}
            p={0}
            aria-label="In the trash"
            aria-busy={busy}
            style={{ listStyle: 'none' }}
          >
            {items.map((item, index) => (
              <TrashRow key={item._id} item={item} first={index === 0} mayChange={mayChange} onAsk={ask} />
            ))}
          </Box>
        </Card>
      )}
      {pages > 1 && (
        <Pagination
          total={pages}
          value={page}
          onChange={(next) => onPage(next)}
          mx="auto"
          size="sm"
          getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
          getControlProps={(control) => ({
            'aria-label': control === 'next' ? 'Next page' : 'Previous page',
          })}
        />
      )}
      {asked && (
        <Dialog
          key={`${asked.to} ${asked.item._id} ${asked.item.trashedAt}`}
          item={asked.item}
          opened={asking}
          onClose={dialog.close}
        />
      )}
    </>
  )
}

const Nothing = ({ filtered }: { filtered: boolean }) =>
  filtered ? (
    <EmptyState icon={IconSearch} title="Nothing matches">
      Nothing in the trash is of this type and goes by this name.
    </EmptyState>
  ) : (
    <EmptyState icon={IconTrash} title="The trash is empty">
      Deleted projects, datasets and models wait here for 30 days, in case you want them back.
    </EmptyState>
  )

export const TrashWaiting = () => (
  <Stack aria-hidden>
    <Skeleton h={44} radius="lg" />
    <Skeleton h={244} radius="lg" />
    <Skeleton h={260} radius="lg" />
  </Stack>
)
