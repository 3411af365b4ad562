import { Button, Group, List, Modal, Stack, Text } from '@mantine/core'
import { ErrorNote } from '../../ui/error-state.tsx'
import { receiptSentence } from '../../ui/receipt.ts'
import { toast } from '../../ui/toast.tsx'
import { ApiKeyUsesReport } from './api-key-uses-report.tsx'
import { type ApiKey, useRevokeApiKey, useUpdateApiKey } from './queries.ts'

type Props = { apiKey: ApiKey; opened: boolean; onClose: () => void }

/** Says who uses the key and what will stop working before it does. */
export const RevokeApiKeyDialog = ({ apiKey, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title={`Revoke “${apiKey.name}”?`} size="lg">
    <Revoke apiKey={apiKey} onClose={onClose} />
  </Modal>
)

const Revoke = ({ apiKey, onClose }: Omit<Props, 'opened'>) => {
  const { keyId, name, status } = apiKey
  const revoke = useRevokeApiKey()
  const update = useUpdateApiKey(keyId)
  const close =
    (message: string) =>
    ({ receipt }: { receipt: Parameters<typeof receiptSentence>[0] }) => {
      onClose()
      toast(`${message} ${receiptSentence(receipt)}`)
    }
  return (
    <Stack>
      <ApiKeyUsesReport keyId={keyId} />
      <div>
        <Text>Revoking takes effect at once and cannot be undone. What stops working:</Text>
        <List fz="sm" spacing={6} mt="xs">
          <List.Item>Programs and scripts that use this key are turned away.</List.Item>
          <List.Item>
            Training runs that stream with it no longer show up here. The training itself goes on.
          </List.Item>
          <List.Item>Downloads and uploads with it fail.</List.Item>
        </List>
      </div>
      {status === 'active' && (
        <Text fz="sm" c="dimmed">
          Not sure? Pause it: programs are turned away just the same, and you can resume it if somebody misses
          it.
        </Text>
      )}
      <ErrorNote error={revoke.error ?? update.error} />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        {status === 'active' && (
          <Button
            variant="default"
            onClick={() => update.mutate({ paused: true }, { onSuccess: close(`“${name}” is paused.`) })}
            loading={update.isPending}
            disabled={revoke.isPending}
          >
            Pause instead
          </Button>
        )}
        <Button
          color="red.8"
          onClick={() => revoke.mutate(keyId, { onSuccess: close(`“${name}” is revoked.`) })}
          loading={revoke.isPending}
          disabled={update.isPending}
        >
          Revoke key
        </Button>
      </Group>
    </Stack>
  )
}
