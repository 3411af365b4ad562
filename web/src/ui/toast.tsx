import { CloseButton, Group, Paper, Portal, Text } from '@mantine/core'
import { useSyncExternalStore } from 'react'

type Toast = { id: number; message: string; failed: boolean }

const shownMs = 6000
const listeners = new Set<() => void>()
let toasts: readonly Toast[] = []
let count = 0

const replace = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}

const drop = (id: number) => replace(toasts.filter((toast) => toast.id !== id))

/** Tells the outcome of something that has no place of its own on the page. */
export const toast = (message: string, { failed = false } = {}): void => {
  count += 1
  const id = count
  replace([...toasts.slice(-2), { id, message, failed }])
  setTimeout(() => drop(id), shownMs)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where toasts appear; once, at the root. Always there, so that screen readers notice what arrives in it. */
export const Toasts = () => {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <Portal>
      <div className="gh-toasts" role="status">
        {shown.map(({ id, message, failed }) => (
          <Paper
            key={id}
            withBorder
            shadow="md"
            radius="lg"
            p="sm"
            pl="md"
            className="gh-toast"
            data-failed={failed}
          >
            <Group wrap="nowrap" justify="space-between" gap="sm">
              <Text fz="sm">{message}</Text>
              <CloseButton size="sm" aria-label="Dismiss" onClick={() => drop(id)} />
            </Group>
          </Paper>
        ))}
      </div>
    </Portal>
  )
}
