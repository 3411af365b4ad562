import { List, Text } from '@mantine/core'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { receiptSentence } from '../../../ui/receipt.ts'
import { toast } from '../../../ui/toast.tsx'
import { useMe } from '../../accounts/queries.ts'
import { nameOf } from './member-name.ts'
import { type Member, useRemoveMember } from './queries.ts'

type Props = { member: Member; opened: boolean; onClose: () => void }

/** Says what somebody loses, and what stays, before they are removed. */
export const RemoveMemberDialog = ({ member, opened, onClose }: Props) => {
  const { workspace } = useMe()
  const remove = useRemoveMember()
  const name = nameOf(member)
  const confirm = () => {
    if (!member.userId) return
    remove.mutate(member.userId, {
      onSuccess: ({ receipt }) => {
        onClose()
        toast(`${name} is no longer a member. ${receiptSentence(receipt)}`)
      },
    })
  }
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Remove ${name}?`}
      confirm="Remove from team"
      cancel="Cancel"
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error}
    >
      <Text>
        {name} ({member.email}) leaves <b>{workspace.displayName}</b> at once:
      </Text>
      <List fz="sm" spacing={6}>
        <List.Item>Their access ends, on every device.</List.Item>
        <List.Item>The API keys they made here are revoked; what runs with them is turned away.</List.Item>
        <List.Item>What they made stays in the workspace.</List.Item>
      </List>
      <Text fz="sm" c="dimmed">
        To have them back, invite them again.
      </Text>
    </ConfirmDialog>
  )
}
