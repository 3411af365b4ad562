import { ActionIcon, Burger, Group, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBolt, IconUser } from '@tabler/icons-react'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useKeptTheme } from '../areas/accounts/profile/theme.ts'
import type { Me } from '../areas/accounts/queries.ts'
import { useLiveActivity } from '../areas/activity/live-activity.ts'
import { GateMark } from '../ui/logo.tsx'
import { SideNav } from './side-nav.tsx'
import { UnseenMark } from './unseen-mark.tsx'
import { UserMenu, userMenuId } from './user-menu.tsx'

// Most visits never see either.
const Tour = lazy(() => import('./tour.tsx'))
const BlockedWorkspace = lazy(() => import('../areas/workspaces/blocked-workspace.tsx'))

/** The frame around every page of somebody signed in: a sidebar, which on a phone hides behind a burger. Plain CSS: Mantine's
 *  AppShell, with its resize handles and scroll locks, is 14 kB of script for the same picture. */
export const AppFrame = ({ me }: { me: Me }) => {
  const [opened, { toggle, close }] = useDisclosure()
  const [tourWantsMenu, setTourWantsMenu] = useState(false)
  const navigate = useNavigate()
  useKeptTheme()
  useLiveActivity(!me.workspace.deniedReason)
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const touring = useRouterState({
    select: ({ location: { pathname, search } }) => pathname === '/home' && search.tour === 'nav',
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the sidebar
  useEffect(close, [pathname])
  useEffect(() => {
    if (!opened) return
    const onEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close()
    }
    window.addEventListener('keydown', onEscape)
    return () => window.removeEventListener('keydown', onEscape)
  }, [opened, close])
  const endTour = () => void navigate({ to: '/home', search: {}, replace: true })

  return (
    <div className="gh-frame" data-menu={opened || (touring && tourWantsMenu) ? 'open' : 'closed'}>
      <section className="gh-topbar" aria-label="Top bar">
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
        <Group gap={4} wrap="nowrap">
          <Link to="/activity" className="gh-topbar-link">
            <IconBolt size={20} stroke={1.7} aria-hidden />
            <VisuallyHidden>Activity</VisuallyHidden>
            <UnseenMark of={me} />
          </Link>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Your account"
            popoverTarget={userMenuId}
            data-tour="account"
          >
            <IconUser size={20} stroke={1.7} />
          </ActionIcon>
        </Group>
      </section>
      <aside className="gh-sidebar" aria-label="Workspace">
        <SideNav me={me} />
      </aside>
      <main className="gh-main" id="content" tabIndex={-1}>
        {me.workspace.deniedReason ? (
          <Suspense>
            <BlockedWorkspace me={me} />
          </Suspense>
        ) : (
          <Outlet />
        )}
      </main>
      <UserMenu me={me} />
      {touring && (
        <Suspense>
          <Tour onMenu={setTourWantsMenu} onEnd={endTour} />
        </Suspense>
      )}
    </div>
  )
}
