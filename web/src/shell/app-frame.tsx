import { ActionIcon, AppShell, Burger, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUser } from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { GateMark } from '../ui/logo.tsx'
import { SideNav } from './side-nav.tsx'
import { UserMenu, userMenuId } from './user-menu.tsx'

/** The frame around every page of somebody signed in: a sidebar, which on a phone hides behind a burger. */
export const AppFrame = () => {
  const [opened, { toggle, close }] = useDisclosure()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the drawer
  useEffect(close, [pathname])

  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
      transitionDuration={150}
    >
      <AppShell.Header
        hiddenFrom="sm"
        style={{ background: 'var(--gh-rail)', borderColor: 'var(--gh-border)' }}
      >
        <Group h="100%" px="md" justify="space-between">
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={opened ? 'Close the menu' : 'Open the menu'}
            aria-expanded={opened}
          />
          <Link to="/home" aria-label="Gatehouse home" style={{ display: 'flex' }}>
            <GateMark size={28} />
          </Link>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Your account"
            popoverTarget={userMenuId}
          >
            <IconUser size={20} stroke={1.7} />
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar style={{ background: 'var(--gh-rail)', borderColor: 'var(--gh-border)' }}>
        <SideNav />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </AppShell.Main>
      <UserMenu />
    </AppShell>
  )
}
