import { Box, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconBolt,
  IconCompass,
  IconDatabase,
  IconFolders,
  IconHome,
  IconRocket,
  IconSelector,
  IconSettings,
  IconTrash,
  IconUsersPlus,
} from '@tabler/icons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { Me } from '../areas/accounts/queries.ts'
import { SearchButton } from '../areas/search/search-button.tsx'
import { useHasNoTeam } from '../areas/workspaces/queries.ts'
import { Switcher } from '../areas/workspaces/switcher.tsx'
import { Wordmark } from '../ui/logo.tsx'
import { UnseenMark } from './unseen-mark.tsx'
import { userMenuId } from './user-menu.tsx'

// Most visits never open it.
const CreateTeamDialog = lazy(() => import('../areas/workspaces/create-team-dialog.tsx'))

const pages = [
  { to: '/home', label: 'Home', icon: IconHome },
  { to: '/explore', label: 'Explore', icon: IconCompass },
  { to: '/projects', label: 'Projects', icon: IconFolders },
  { to: '/datasets', label: 'Datasets', icon: IconDatabase },
  { to: '/deployments', label: 'Deploy', icon: IconRocket },
  { to: '/activity', label: 'Activity', icon: IconBolt },
  { to: '/settings', search: { tab: 'trash' }, label: 'Trash', icon: IconTrash },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const

export const SideNav = ({ me }: { me: Me }) => {
  const hasNoTeam = useHasNoTeam()
  // A tab of the settings, and a page of its own in this list.
  const isTrash = useRouterState({ select: ({ location: { search } }) => search.tab === 'trash' })
  const [creating, dialog] = useDisclosure()
  const [wanted, setWanted] = useState(false)
  const createTeam = () => {
    setWanted(true)
    dialog.open()
  }
  return (
    <Stack h="100%" gap={0} p="sm">
      <Box px={8} pt={6} pb="lg" visibleFrom="sm">
        <Link to="/home" style={{ color: 'inherit', textDecoration: 'none' }} aria-label="Gatehouse home">
          <Wordmark />
        </Link>
      </Box>
      <Switcher me={me} onCreateTeam={createTeam} />
      {!me.workspace.deniedReason && (
        <Box mt="md">
          <SearchButton me={me} />
        </Box>
      )}
      <Stack component="nav" gap={2} mt="sm" aria-label="Main">
        {pages.map(({ to, label, icon: Glyph, ...rest }) => (
          <Link
            key={label}
            to={to}
            {...rest}
            className="gh-nav-link"
            data-tour={'search' in rest ? undefined : to}
            activeOptions={{ exact: label === 'Settings' && isTrash }}
          >
            <Glyph size={18} stroke={1.8} aria-hidden />
            {label}
            {to === '/activity' && <UnseenMark of={me} ml="auto" />}
          </Link>
        ))}
        {hasNoTeam && (
          <UnstyledButton className="gh-nav-link" onClick={createTeam}>
            <IconUsersPlus size={18} stroke={1.8} aria-hidden />
            Create team
          </UnstyledButton>
        )}
      </Stack>
      <Box mt="auto">
        <SignedInPerson me={me} />
      </Box>
      {wanted && (
        <Suspense>
          <CreateTeamDialog me={me} opened={creating} onClose={dialog.close} />
        </Suspense>
      )}
    </Stack>
  )
}

const SignedInPerson = ({ me: { user } }: { me: Me }) => (
  <UnstyledButton
    className="gh-nav-link"
    w="100%"
    visibleFrom="sm"
    aria-label="Your account"
    popoverTarget={userMenuId}
    data-tour="account"
  >
    <Box miw={0} flex={1}>
      <Text fz="sm" fw={560} truncate c="var(--mantine-color-text)" lh={1.35}>
        {user.username}
      </Text>
      <Text fz="xs" c="dimmed" truncate lh={1.35}>
        {user.email}
      </Text>
    </Box>
    <IconSelector size={16} stroke={1.7} aria-hidden />
  </UnstyledButton>
)
