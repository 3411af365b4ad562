import { Button, CloseButton, Group, Paper, Portal, Text } from '@mantine/core'
import { useSyncExternalStore } from 'react'

/** What can be done about it, right there. */
type Action = { label: string; act: () => void }
type Toast = { id: number; message: string; failed: boolean; actions: readonly Action[] }

const shownMs = 6000
/** Reading, deciding and reaching a button takes longer. */
const shownWithActionsMs = 12_000
const listeners = new Set<() => void>()
let toasts: readonly Toast[] = []
let count = 0

const replace = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}

const drop = (id: number) => replace(toasts.filter((toast) => toast.id !== id))

/** Tells the outcome of something that has no place of its own on the page. */
export const toast = (
  message: string,
  { failed = false, actions = [] }: { failed?: boolean; actions?: readonly Action[] } = {},
): void => {
  count += 1
  const id = count
  replace([...toasts.slice(-2), { id, message, failed, actions }])
  setTimeout(() => drop(id), actions.length > 0 ? shownWithActionsMs : shownMs)
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
        {shown.map(({ id, message, failed, actions }) => (
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
            {actions.length > 0 && (
              <Group gap="xs" mt={6}>
                {actions.map(({ label, act }) => (
                  <Button
                    key={label}
                    variant="default"
                    size="compact-sm"
                    onClick={() => {
                      drop(id)
                      act()
                    }}
                  >
                    {label}
                  </Button>
                ))}
              </Group>
            )}
          </Paper>
        ))}
      </div>
    </Portal>
  )
}
