import { Text } from '@mantine/core'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { type Passkey, useRemovePasskey } from '../security-queries.ts'

type Props = { passkey: Passkey; alone: boolean; opened: boolean; onClose: () => void }

export const RemovePasskeyDialog = ({ passkey, alone, opened, onClose }: Props) => {
  const remove = useRemovePasskey()
  const confirm = () =>
    remove.mutate(passkey.id, {
      onSuccess: () => {
        onClose()
        toast(`“${passkey.name}” is removed.`)
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Remove “${passkey.name}”?`}
      confirm="Remove passkey"
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error}
    >
      <Text>It will no longer sign you in here.{alone && ` ${lastFactorWords}`}</Text>
      <Text fz="sm" c="dimmed">
        Your device or password manager keeps its own copy. Delete it there as well.
      </Text>
    </ConfirmDialog>
  )
}

export const lastFactorWords = 'It is your only second step, so two-step sign-in will be off.'
