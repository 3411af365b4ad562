import { Button, Group, List, Modal, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { overlapHoursDefault } from '#contract/api-keys.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { NewApiKey } from './new-api-key.tsx'
import { type ApiKey, type RotatedApiKey, useRotateApiKey } from './queries.ts'

type Props = { apiKey: ApiKey; opened: boolean; onClose: () => void }

const overlaps = [
  { hours: 0, label: 'Stops at once', note: 'When it may have become known to others.' },
  { hours: 1, label: '1 hour' },
  { hours: overlapHoursDefault, label: `${overlapHoursDefault} hours` },
  { hours: 7 * 24, label: '7 days' },
]

/** Replaces a key: asks how long the one before goes on, then shows the new one. */
export const RotateApiKeyDialog = ({ apiKey, opened, onClose }: Props) => {
  const [rotated, setRotated] = useState<RotatedApiKey>()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setRotated(undefined)}
      title={rotated ? 'Your new key is ready' : `Rotate “${apiKey.name}”`}
      size={rotated ? 'lg' : 'md'}
      // A slip of the hand would lose a value that is shown once.
      closeOnClickOutside={!rotated?.showOnce}
      closeOnEscape={!rotated?.showOnce}
    >
      {rotated ? (
        <NewApiKey created={rotated} replacedUntil={rotated.replaced.expiresAt} onClose={onClose} />
      ) : (
        <Ask apiKey={apiKey} onClose={onClose} onRotated={setRotated} />
      )}
    </Modal>
  )
}

type AskProps = { apiKey: ApiKey; onClose: () => void; onRotated: (key: RotatedApiKey) => void }

const Ask = ({ apiKey, onClose, onRotated }: AskProps) => {
  const rotate = useRotateApiKey(apiKey.keyId)
  const [hours, setHours] = useState(String(overlapHoursDefault))
  return (
    <Stack>
      <Text>You get a new key with the same name and limits. Both work for a while, so nothing stops:</Text>
      <List type="ordered" fz="sm" spacing={6}>
        <List.Item>Rotate, and copy the new key.</List.Item>
        <List.Item>Put it wherever the one before is.</List.Item>
        <List.Item>The one before ends by itself.</List.Item>
      </List>
      {apiKey.expiresAt && (
        <Text fz="sm">The new one works for as long as this one was made for, counted from now.</Text>
      )}
      {apiKey.showOnce && <Text fz="sm">Like the one before, the new key is shown once.</Text>}
      <Radio.Group label="How long the key before goes on working" value={hours} onChange={setHours}>
        <Stack gap="xs" mt="xs">
          {overlaps.map((overlap) => (
            <Radio
              key={overlap.hours}
              value={String(overlap.hours)}
              label={overlap.label}
              description={overlap.note}
            />
          ))}
        </Stack>
      </Radio.Group>
      <ErrorNote error={rotate.error} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          onClick={() => rotate.mutate(Number(hours), { onSuccess: onRotated })}
          loading={rotate.isPending}
          data-autofocus
        >
          Rotate key
        </Button>
      </Group>
    </Stack>
  )
}
