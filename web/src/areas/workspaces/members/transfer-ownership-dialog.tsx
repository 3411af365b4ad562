import { List, Text } from '@mantine/core'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useMe } from '../../accounts/queries.ts'
import { nameOf } from './member-name.ts'
import { type Member, useTransferOwnership } from './queries.ts'

type Props = { member: Member; opened: boolean; onClose: () => void }

/** Hands the team over. There is one owner, so the one who confirms stops being it. */
export const TransferOwnershipDialog = ({ member, opened, onClose }: Props) => {
  const { workspace } = useMe()
  const transfer = useTransferOwnership()
  const name = nameOf(member)
  const confirm = () => {
    if (!member.userId) return
    transfer.mutate(member.userId, {
      onSuccess: () => {
        onClose()
        toast(`${name} owns ${workspace.displayName} now. You are an admin.`)
      },
    })
  }
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Make ${name} the owner?`}
      confirm="Transfer ownership"
      cancel="Stay the owner"
      onConfirm={confirm}
      pending={transfer.isPending}
      error={transfer.error}
    >
      <Text>
        {name} ({member.email}) becomes the owner of <b>{workspace.displayName}</b> at once.
      </Text>
      <List fz="sm" spacing={6}>
        <List.Item>You become an admin.</List.Item>
        <List.Item>Only {name} can reverse this, or delete the team.</List.Item>
        <List.Item>Billing, API keys and everything in the workspace stay as they are.</List.Item>
      </List>
    </ConfirmDialog>
  )
}
