import { Box, Divider, NavLink, Text } from '@mantine/core'
import { IconBolt, IconBook2, IconLogout, IconRoute, IconUserCircle } from '@tabler/icons-react'
import { createLink, useNavigate } from '@tanstack/react-router'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import { useTheme } from '../areas/accounts/profile/theme.ts'
import { type Me, useSignOut } from '../areas/accounts/queries.ts'
import { ThemeChoice } from '../ui/theme-choice.tsx'

/** The buttons that open the menu name it with `popoverTarget`. */
export const userMenuId = 'user-menu'

type MenuLinkProps = Omit<ComponentPropsWithRef<'a'>, 'onChange'> & { label: string; leftSection: ReactNode }

const MenuLink = createLink((props: MenuLinkProps) => (
  <NavLink component="a" {...props} style={{ borderRadius: 8 }} />
))

const hide = () => document.getElementById(userMenuId)?.hidePopover()

/** Who is signed in, how the app looks to them, and the way out. The browser's own popover: it always opens at the same
 *  place, so nothing has to be measured, and Escape, focus and a click beside it come for free. */
export const UserMenu = ({ me: { user } }: { me: Me }) => {
  const signOut = useSignOut()
  const navigate = useNavigate()
  const { theme, setTheme } = useTheme()
  const leave = () => signOut.mutate(undefined, { onSuccess: () => navigate({ to: '/sign-in' }) })

  return (
    <section id={userMenuId} popover="auto" className="gh-user-menu" aria-label="Your account">
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
        <ThemeChoice size="xs" value={theme} onChange={setTheme} />
      </Box>
      <Divider my={4} color="var(--gh-border)" />
      <MenuLink
        to="/$username"
        params={{ username: user.username }}
        onClick={hide}
        label="Public profile"
        leftSection={<IconUserCircle size={16} stroke={1.7} />}
      />
      <MenuLink
        to="/activity"
        onClick={hide}
        label="Activity"
        leftSection={<IconBolt size={16} stroke={1.7} />}
      />
      <MenuLink
        to="/home"
        search={{ tour: 'nav' }}
        onClick={hide}
        label="Redo tour"
        leftSection={<IconRoute size={16} stroke={1.7} />}
      />
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
    </section>
  )
}
