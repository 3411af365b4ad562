import { List, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useMe } from '../../accounts/queries.ts'
import { type Member, useLeaveTeam } from './queries.ts'

type Props = { member: Member; opened: boolean; onClose: () => void }

/** The own way out of a team. */
export const LeaveTeamDialog = ({ opened, onClose }: Props) => {
  const { user, workspace } = useMe()
  const leave = useLeaveTeam()
  const navigate = useNavigate()
  const confirm = () =>
    leave.mutate(user.id, {
      onSuccess: () => {
        toast(`You have left ${workspace.displayName}.`)
        void navigate({ to: '/home' })
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Leave ${workspace.displayName}?`}
      confirm="Leave team"
      cancel="Stay"
      onConfirm={confirm}
      pending={leave.isPending}
      error={leave.error}
    >
      <Text>You go on in your personal workspace.</Text>
      <List fz="sm" spacing={6}>
        <List.Item>Your access here ends at once.</List.Item>
        <List.Item>The API keys you made here are revoked; what runs with them is turned away.</List.Item>
        <List.Item>What you made here stays with the team.</List.Item>
      </List>
      <Text fz="sm" c="dimmed">
        Only a new invite brings you back.
      </Text>
    </ConfirmDialog>
  )
}
