import { List, Text } from '@mantine/core'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { inSentenceTime } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { type ApiKey, useRevokeApiKey } from './queries.ts'

type Props = { apiKey: ApiKey; opened: boolean; onClose: () => void }

/** Says what will stop working before it does. */
export const RevokeApiKeyDialog = ({ apiKey, opened, onClose }: Props) => {
  const revoke = useRevokeApiKey()
  const confirm = () =>
    revoke.mutate(apiKey.keyId, {
      onSuccess: () => {
        onClose()
        toast(`“${apiKey.name}” is revoked.`)
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Revoke “${apiKey.name}”?`}
      confirm="Revoke key"
      onConfirm={confirm}
      pending={revoke.isPending}
      error={revoke.error}
    >
      <Text>This takes effect at once and cannot be undone. What stops working:</Text>
      <List fz="sm" spacing={6}>
        <List.Item>Programs and scripts that use this key are turned away.</List.Item>
        <List.Item>
          Training runs that stream with it no longer show up here. The training itself goes on.
        </List.Item>
        <List.Item>Downloads and uploads with it fail.</List.Item>
      </List>
      <Text fz="sm" c="dimmed">
        {apiKey.lastUsedAt
          ? `Last used ${inSentenceTime(new Date(apiKey.lastUsedAt))}.`
          : 'It has not been used so far.'}
      </Text>
    </ConfirmDialog>
  )
}
