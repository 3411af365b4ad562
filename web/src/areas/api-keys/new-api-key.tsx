import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { CopyWideButton } from '../../ui/copy.tsx'
import { onTheClock } from './key-life.ts'
import type { CreatedApiKey } from './queries.ts'
import { UseExamples } from './use-examples.tsx'

type Props = {
  created: CreatedApiKey
  /** When the key it takes the place of stops working. */
  replacedUntil?: string
  onClose: () => void
}

/** A new key, with how to keep and use it. */
export const NewApiKey = ({ created, replacedUntil, onClose }: Props) => {
  const { name, key, keyPrefix, showOnce, expiresAt, createdAt } = created
  return (
    <Stack>
      {showOnce ? (
        <Alert
          color="orange"
          icon={<IconAlertTriangle size={18} />}
          title="Copy it now: it is not shown again"
        >
          No copy is kept here, so nobody can show it to you later. If it gets lost, rotate the key.
        </Alert>
      ) : (
        <Alert color="gate" icon={<IconCircleCheck size={18} />} title={`“${name}” works from now on`}>
          Keep it like a password. You can see it again any time under Settings, API keys.
        </Alert>
      )}
      {replacedUntil && <Replaced until={replacedUntil} atOnce={replacedUntil <= createdAt} />}
      <Code block fz="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }} data-testid="new-key">
        {key}
      </Code>
      <CopyWideButton value={key} label="Copy the key" data-autofocus />
      {expiresAt && (
        <Text fz="sm" c="dimmed">
          It works until <time dateTime={expiresAt}>{onTheClock(expiresAt)}</time>.
        </Text>
      )}
      <Text fw={600} fz="sm" mt="xs">
        How to use it
      </Text>
      <UseExamples keyPrefix={keyPrefix} value={key} revealed />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {showOnce ? 'I have stored it' : 'Done'}
        </Button>
      </Group>
    </Stack>
  )
}

const Replaced = ({ until, atOnce }: { until: string; atOnce: boolean }) => (
  <Text fz="sm">
    {atOnce ? (
      'The key before has stopped working.'
    ) : (
      <>
        The key before goes on working until{' '}
        <b>
          <time dateTime={until}>{onTheClock(until)}</time>
        </b>
        . Put this one in its place by then.
      </>
    )}
  </Text>
)
