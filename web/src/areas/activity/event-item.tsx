import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArchive, IconArchiveOff, IconChevronDown } from '@tabler/icons-react'
import { type MouseEvent, useId, useState } from 'react'
import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { EventDetails } from './event-details.tsx'
import { EventRow } from './event-row.tsx'
import { sentenceOfEvent } from './event-words.ts'
import { keepFocus } from './keep-focus.ts'
import { type ActivityEvent, useArchiveActivity, useMarkSeen } from './queries.ts'
import { UndoButton } from './undo-button.tsx'

/** A row of the feed with all that can be done to it; its details unfold below. Whoever looks at those has seen it. */
export const EventItem = ({ event, archived }: { event: ActivityEvent; archived: boolean }) => {
  const [isOpen, setOpen] = useState(false)
  const seen = useMarkSeen()
  const details = useId()
  const toggle = () => {
    if (!isOpen && !event.seen) seen.mutate({ eventIds: [event._id] })
    setOpen(!isOpen)
  }
  return (
    <>
      <EventRow
        event={event}
        tinted={!event.seen && !archived}
        beside={event.undo && <UndoButton event={event} until={event.undo.until} />}
        action={
          <>
            <ArchiveOne event={event} archived={archived} />
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={toggle}
              aria-expanded={isOpen}
              aria-controls={details}
              aria-label={`Details of: ${sentenceOfEvent(event)}`}
            >
              <IconChevronDown
                size={17}
                stroke={1.7}
                style={{ transform: isOpen ? 'rotate(180deg)' : undefined }}
              />
            </ActionIcon>
          </>
        }
      />
      <div id={details} hidden={!isOpen}>
        {isOpen && <EventDetails event={event} />}
      </div>
    </>
  )
}

const ArchiveOne = ({ event, archived }: { event: ActivityEvent; archived: boolean }) => {
  const archive = useArchiveActivity()
  const label = archived ? 'Restore to inbox' : 'Archive'
  const act = ({ currentTarget: button }: MouseEvent<HTMLElement>) => {
    const row = button.closest('li')
    const other = row?.nextElementSibling ?? row?.previousElementSibling
    const goOn = keepFocus(button, other?.querySelector(`[aria-label="${label}"]`))
    void archive
      .mutateAsync({ eventIds: [event._id], archive: !archived })
      .then(goOn, (error) => toast(sentenceOf(error), { failed: true }))
  }
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" onClick={act} loading={archive.isPending} aria-label={label}>
        {archived ? <IconArchiveOff size={17} stroke={1.7} /> : <IconArchive size={17} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  )
}
