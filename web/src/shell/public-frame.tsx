import { Box, Group } from '@mantine/core'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { LinkButton } from '../ui/link-button.tsx'
import { GateMark, Wordmark } from '../ui/logo.tsx'

/** The frame around open pages for people who are not signed in: who we are, and the way in. */
export const PublicFrame = () => {
  const here = useRouterState({ select: ({ location }) => location.href })
  return (
    <>
      <header className="gh-public-head">
        <Link to="/" aria-label="Gatehouse" style={{ color: 'inherit', textDecoration: 'none' }}>
          <Box visibleFrom="xs">
            <Wordmark />
          </Box>
          <Box hiddenFrom="xs" style={{ lineHeight: 0 }}>
            <GateMark size={28} />
          </Box>
        </Link>
        <Group gap="xs" wrap="nowrap">
          <LinkButton to="/explore" variant="subtle" color="gray" size="sm">
            Explore
          </LinkButton>
          <LinkButton to="/sign-in" search={{ next: here }} variant="default" size="sm">
            Sign in
          </LinkButton>
          <LinkButton to="/sign-up" size="sm">
            Sign up
          </LinkButton>
        </Group>
      </header>
      <main className="gh-main" id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}
