import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { LinkButton } from '../../ui/link-button.tsx'
import { sentenceOfEvent } from './event-words.ts'
import { type ActivityEvent, unseenQuery } from './queries.ts'
import { unseenText } from './unseen-text.ts'

type Props = {
  /** What is on screen, newest first, where new events come in on top of it. */
  events: ActivityEvent[] | undefined
  isHere: boolean
}

/** Tells of events that arrive while the page is open: aloud where they appear by themselves, with a way to them elsewhere. */
export const ArrivalsNotice = ({ events, isHere }: Props) => {
  const { data: unseen = 0 } = useQuery(unseenQuery())
  const said = useArrivals(events)
  const waiting = `${unseenText(unseen)} new ${unseen === 1 ? 'event' : 'events'}`
  return (
    <div role="status">
      {isHere && <VisuallyHidden key={said.times}>{said.text}</VisuallyHidden>}
      {!isHere && unseen > 0 && (
        <LinkButton to="/activity" search={{}} variant="light" size="compact-md" fullWidth mb="md">
          {waiting} in the inbox
        </LinkButton>
      )}
    </div>
  )
}

/** What came in on top since the last look, in a sentence. `times` makes a new one of a sentence that comes again: a screen reader tells what
 *  is put there, and not what stays. */
const useArrivals = (events: ActivityEvent[] | undefined): { text: string; times: number } => {
  const [said, setSaid] = useState({ text: '', times: 0 })
  const known = useRef<Set<string>>(undefined)
  useEffect(() => {
    const before = known.current
    known.current = events && new Set(events.map(({ _id }) => _id))
    if (!before || !events) return
    const say = (text: string) => setSaid(({ times }) => ({ text, times: times + 1 }))
    const firstKnown = events.findIndex(({ _id }) => before.has(_id))
    const fresh = events.slice(0, firstKnown === -1 ? events.length : firstKnown)
    if (fresh.length > 1) say(`${fresh.length} new events`)
    else if (fresh[0]) say(`New: ${sentenceOfEvent(fresh[0])}, ${fresh[0].userName}`)
  }, [events])
  return said
}
