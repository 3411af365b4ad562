import { Box, Menu, type MenuProps, Text } from '@mantine/core'
import { IconBook2, IconLogout } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMe, useSignOut } from '../areas/accounts/queries.ts'
import { ThemeChoice } from '../ui/theme-choice.tsx'

/** Who is signed in, how the app looks to them, and the way out. */
export const UserMenu = ({ target, position }: { target: ReactElement; position: MenuProps['position'] }) => {
  const { user } = useMe()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const leave = () => signOut.mutate(undefined, { onSuccess: () => navigate({ to: '/sign-in' }) })

  return (
    <Menu position={position} width={232} shadow="md" radius="lg">
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py={6}>
          <Text fz="sm" fw={600} truncate>
            {user.displayName}
          </Text>
          <Text fz="xs" c="dimmed" truncate>
            {user.email}
          </Text>
        </Box>
        <Menu.Divider />
        <Box px="xs" py={4}>
          <ThemeChoice size="xs" />
        </Box>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconBook2 size={16} stroke={1.7} />}
          component="a"
          href="/api/docs"
          target="_blank"
        >
          API reference
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={leave}
          closeMenuOnClick={false}
          disabled={signOut.isPending}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
