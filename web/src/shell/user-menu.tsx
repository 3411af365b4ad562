import { Box, Divider, NavLink, Popover, type PopoverProps, Text } from '@mantine/core'
import { IconBook2, IconLogout } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMe, useSignOut } from '../areas/accounts/queries.ts'
import { ThemeChoice } from '../ui/theme-choice.tsx'

/** Who is signed in, how the app looks to them, and the way out. A small dialog and no menu: a choice of three has no place
 *  in the keyboard pattern of menus. */
export const UserMenu = ({
  target,
  position,
}: {
  target: ReactElement
  position: PopoverProps['position']
}) => {
  const { user } = useMe()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const leave = () => signOut.mutate(undefined, { onSuccess: () => navigate({ to: '/sign-in' }) })

  return (
    <Popover position={position} width={240} shadow="md" radius="lg" trapFocus returnFocus>
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown p={6} aria-label="Your account">
        <Box px="xs" py={6}>
          <Text fz="sm" fw={600} truncate>
            {user.displayName}
          </Text>
          <Text fz="xs" c="dimmed" truncate>
            {user.email}
          </Text>
        </Box>
        <Divider my={4} color="var(--gh-border)" />
        <Box px={4} py={6}>
          <ThemeChoice size="xs" />
        </Box>
        <Divider my={4} color="var(--gh-border)" />
        <NavLink
          href="/api/docs"
          target="_blank"
          label="API reference"
          leftSection={<IconBook2 size={16} stroke={1.7} />}
          style={{ borderRadius: 8 }}
        />
        <NavLink
          component="button"
          type="button"
          label="Sign out"
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={leave}
          disabled={signOut.isPending}
          style={{ borderRadius: 8 }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}
