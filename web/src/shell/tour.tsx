import { Button, CloseButton, Group, Text, Title } from '@mantine/core'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'

type Step = {
  /** The `data-tour` of what the step points at. */
  target: string
  title: string
  text: string
  /** Whether it stands in the sidebar, which on a phone has to be opened for it. */
  inMenu: boolean
}

const steps: Step[] = [
  {
    target: '/home',
    title: 'Home',
    text: 'What has been going on: your latest runs, and how to start the first one.',
    inMenu: true,
  },
  {
    target: '/projects',
    title: 'Projects',
    text: 'A project keeps the training runs of one piece of work together. It appears when a run names it.',
    inMenu: true,
  },
  {
    target: '/activity',
    title: 'Activity',
    text: 'Who did what in this workspace, and when. New entries are counted here.',
    inMenu: true,
  },
  {
    target: '/settings',
    title: 'Settings',
    text: 'Your profile and security, under API keys the key a training machine needs, under Teams whom you work with.',
    inMenu: true,
  },
  {
    target: 'account',
    title: 'Your account',
    text: 'Light or dark, your public profile and signing out. This tour can be taken again from here.',
    inMenu: false,
  },
]

type Props = {
  /** Asks for the sidebar to be shown on a phone, or hidden again. */
  onMenu: (shown: boolean) => void
  onEnd: () => void
}

/** Shows somebody around: a card beside each place of the frame, the rest dimmed. A modal dialog of the browser, which keeps
 *  the focus, gives it back and ends on Escape. */
const Tour = ({ onMenu, onEnd }: Props) => {
  const [index, setIndex] = useState(0)
  const dialog = useRef<HTMLDialogElement>(null)
  const forward = useRef<HTMLButtonElement>(null)
  const step = steps[index]!
  const last = index === steps.length - 1
  const place = usePlace(step.target)

  useEffect(() => {
    dialog.current?.showModal()
    forward.current?.focus()
  }, [])
  useLayoutEffect(() => onMenu(step.inMenu), [step.inMenu, onMenu])

  const end = () => {
    dialog.current?.close()
    onEnd()
  }
  const next = () => (last ? end() : setIndex(index + 1))
  const back = () => setIndex(Math.max(0, index - 1))
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowDown') next()
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') back()
    else return
    event.preventDefault()
  }

  return (
    <dialog
      ref={dialog}
      className="gh-tour"
      aria-label="A short tour"
      onKeyDown={onKey}
      onCancel={(event) => {
        event.preventDefault()
        end()
      }}
    >
      {place && (
        <div
          className="gh-tour-ring"
          style={{ top: place.top, left: place.left, width: place.width, height: place.height }}
        />
      )}
      <div className="gh-tour-card" style={place && cardPlace(place)}>
        <Group justify="space-between" wrap="nowrap" mb={4}>
          <Text fz="xs" c="dimmed">
            {index + 1} of {steps.length}
          </Text>
          <CloseButton size="sm" aria-label="End the tour" onClick={end} />
        </Group>
        <div aria-live="polite">
          <Title order={2} fz="h3">
            {step.title}
          </Title>
          <Text fz="sm" mt={4}>
            {step.text}
          </Text>
        </div>
        <Group justify="flex-end" gap="xs" mt="md">
          {index > 0 && (
            <Button variant="default" size="xs" onClick={back}>
              Back
            </Button>
          )}
          <Button ref={forward} size="xs" onClick={next}>
            {last ? 'Done' : 'Next'}
          </Button>
        </Group>
      </div>
    </dialog>
  )
}

export default Tour

type Place = { top: number; left: number; width: number; height: number }

/** How far the ring stands off what it points at. */
const ringGap = 4

const find = (target: string): Place | undefined => {
  for (const element of document.querySelectorAll(`[data-tour="${target}"]`)) {
    const { top, left, width, height } = element.getBoundingClientRect()
    if (width > 0)
      return {
        top: top - ringGap,
        left: left - ringGap,
        width: width + 2 * ringGap,
        height: height + 2 * ringGap,
      }
  }
  return undefined
}

/** Where the target stands in the window right now; nothing when it is not on screen. */
const usePlace = (target: string): Place | undefined => {
  const [place, setPlace] = useState<Place>()
  useLayoutEffect(() => {
    const look = () => setPlace(find(target))
    look()
    // The sidebar fills in as its answers arrive, and a phone's turns up only when the step asks for it.
    const watch = new ResizeObserver(look)
    watch.observe(document.documentElement)
    for (const element of document.querySelectorAll('[data-tour]')) watch.observe(element)
    window.addEventListener('resize', look)
    return () => {
      watch.disconnect()
      window.removeEventListener('resize', look)
    }
  }, [target])
  return place
}

const cardWidth = 320
const cardHeightMax = 220
const margin = 16

/** Beside the target where there is room, else below or above it; always within the window. */
const cardPlace = ({ top, left, width, height }: Place) => {
  const clamp = (value: number, max: number) => Math.max(margin, Math.min(value, max - margin))
  const beside = left + width + margin
  if (beside + cardWidth + margin <= window.innerWidth)
    return { left: beside, top: clamp(top, window.innerHeight - cardHeightMax) }
  const below = top + height + margin
  const fits = below + cardHeightMax <= window.innerHeight
  return {
    left: clamp(left, window.innerWidth - Math.min(cardWidth, window.innerWidth - 2 * margin)),
    ...(fits ? { top: below } : { bottom: window.innerHeight - top + margin }),
  }
}
