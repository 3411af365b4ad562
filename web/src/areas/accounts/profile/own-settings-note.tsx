import { Button, Group, Text } from '@mantine/core'
import { useEnterWorkspace } from '../../workspaces/queries.ts'
import type { Me } from '../queries.ts'

/** In a workspace of others: where one's own addresses, security and preferences are. */
export const OwnSettingsNote = ({ me }: { me: Me }) => {
  const { enter, isPending } = useEnterWorkspace()
  return (
    <Group justify="space-between" gap="md" px={4}>
      <Text c="dimmed" fz="sm" flex="1 1 260px">
        Your email addresses, security and preferences are yours alone, and stand in the settings of your own
        workspace.
      </Text>
      <Button variant="default" size="xs" onClick={() => enter(me.user.username)} loading={isPending}>
        Go to my settings
      </Button>
    </Group>
  )
}
