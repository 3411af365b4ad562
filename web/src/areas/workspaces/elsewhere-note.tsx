import { Button, Group, Text } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useVisitor } from '../accounts/visitor.ts'
import { teamsQuery, useEnterWorkspace } from './queries.ts'

/** On an open page of a workspace that the person belongs to while they act in another: what they see is what everybody sees, and one
 *  click brings what a member can do. Nothing for everybody else. */
export const ElsewhereNote = ({ username }: { username: string }) => {
  const visitor = useVisitor()
  const { data } = useQuery({ ...teamsQuery(), enabled: visitor !== null })
  const { enter, isPending } = useEnterWorkspace()
  if (!visitor || visitor.workspace.username === username) return null
  const isOwn = visitor.user.username === username
  const team = data?.teams.find((each) => each.username === username && !each.deniedReason)
  if (!isOwn && !team) return null
  const name = isOwn ? 'your own workspace' : team?.fullName || username
  return (
    <Group className="gh-elsewhere" justify="space-between" gap="sm" mb="md" role="note">
      <Text fz="sm" flex="1 1 260px">
        This belongs to {isOwn ? name : <b>{name}</b>}, and you are in another workspace right now.
      </Text>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconArrowsExchange size={15} stroke={1.8} />}
        onClick={() => enter(username)}
        loading={isPending}
      >
        Switch to {name}
      </Button>
    </Group>
  )
}
