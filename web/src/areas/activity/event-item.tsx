import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArchive, IconArchiveOff, IconChevronDown } from '@tabler/icons-react'
import { type MouseEvent, useId, useState } from 'react'
import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { EventDetails } from './event-details.tsx'
import { EventRow } from './event-row.tsx'
import { sentenceOfEvent } from './event-words.ts'
import { type ActivityEvent, useArchiveActivity, useMarkSeen } from './queries.ts'
import { UndoButton } from './undo-button.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import { useUndoable } from './use-undoable.ts'

/** A row of the feed with all that can be done to it; its details unfold below. Whoever looks at those has seen it. */
export const EventItem = ({ event }: { event: ActivityEvent }) => {
  const [isOpen, setOpen] = useState(false)
  const seen = useMarkSeen()
  const until = useUndoable(event)
  const details = useId()
  const toggle = () => {
    if (!isOpen && !event.seen) seen.mutate({ eventIds: [event._id] })
    setOpen(!isOpen)
  }
  return (
    <>
      <EventRow
        event={event}
        tinted={!event.seen && !event.archived}
        beside={until && <UndoButton event={event} until={until} />}
        action={
          <>
            <ArchiveOne event={event} />
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
        {isOpen && <EventDetails event={event} undoUntil={until} />}
      </div>
    </>
  )
}

/** Which way it goes is the event's own word: while the other tab is on its way, rows of this one still stand there. */
const ArchiveOne = ({ event: { _id: id, archived } }: { event: ActivityEvent }) => {
  const archive = useArchiveActivity()
  const keepFocus = useKeptFocus()
  const label = archived ? 'Restore to inbox' : 'Archive'
  const act = ({ currentTarget: button }: MouseEvent<HTMLElement>) => {
    // Of the row below or above, under whichever day that stands.
    const all = [...document.querySelectorAll(`main [aria-label="${label}"]`)]
    const place = all.indexOf(button)
    keepFocus(all[place + 1] ?? all[place - 1])
    archive.mutate(
      { eventIds: [id], archive: !archived },
      { onError: (error) => toast(sentenceOf(error), { failed: true }) },
    )
  }
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" onClick={act} loading={archive.isPending} aria-label={label}>
        {archived ? <IconArchiveOff size={17} stroke={1.7} /> : <IconArchive size={17} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  )
}
