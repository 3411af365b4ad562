import { Button, Group, Loader, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'

type Props = { state: 'idle' | 'waiting' | 'saving' | 'saved' | 'failed'; onRetry: () => void }

/** Where autosave stands. */
export const SavedMark = ({ state, onRetry }: Props) => (
  <Group gap={6} role="status" c="dimmed" fz="sm">
    {state === 'saving' && (
      <>
        <Loader size={14} /> Saving…
      </>
    )}
    {state === 'saved' && (
      <>
        <IconCheck size={16} color="var(--gh-accent)" aria-hidden /> Saved
      </>
    )}
    {state === 'failed' && (
      <>
        <Text span inherit c="var(--mantine-color-error)">
          Not saved
        </Text>
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </>
    )}
  </Group>
)
