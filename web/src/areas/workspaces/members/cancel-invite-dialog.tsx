import { Text } from '@mantine/core'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { type Member, useCancelInvite } from './queries.ts'

type Props = { member: Member; opened: boolean; onClose: () => void }

/** Takes a pending invite back. */
export const CancelInviteDialog = ({ member: { inviteId, email }, opened, onClose }: Props) => {
  const cancel = useCancelInvite()
  const confirm = () => {
    if (!inviteId) return
    cancel.mutate(inviteId, {
      onSuccess: () => {
        onClose()
        toast(`The invite to ${email} is cancelled.`)
      },
    })
  }
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Cancel this invite?"
      confirm="Cancel invite"
      onConfirm={confirm}
      pending={cancel.isPending}
      error={cancel.error}
    >
      <Text>
        The link in the mail to <b>{email}</b> stops working, and the seat is free again. You can invite them
        anew at any time.
      </Text>
    </ConfirmDialog>
  )
}
