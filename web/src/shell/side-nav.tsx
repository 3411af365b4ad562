import { Badge, Box, Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconBolt, IconFolders, IconHome, IconSelector, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { plans } from '#contract/plans.ts'
import { regions } from '#contract/regions.ts'
import { type Me, settingsQuery } from '../areas/accounts/queries.ts'
import { unseenQuery } from '../areas/activity/queries.ts'
import { Wordmark } from '../ui/logo.tsx'
import { WorkspaceIcon } from '../ui/workspace-icon.tsx'
import { userMenuId } from './user-menu.tsx'

const pages = [
  { to: '/home', label: 'Home', icon: IconHome },
  { to: '/projects', label: 'Projects', icon: IconFolders },
  { to: '/activity', label: 'Activity', icon: IconBolt },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const

export const SideNav = ({ me }: { me: Me }) => {
  const { data: unseen = 0 } = useQuery(unseenQuery())
  return (
    <Stack h="100%" gap={0} p="sm">
      <Box px={8} pt={6} pb="lg" visibleFrom="sm">
        <Link to="/home" style={{ color: 'inherit', textDecoration: 'none' }} aria-label="Gatehouse home">
          <Wordmark />
        </Link>
      </Box>
      <ActiveWorkspace me={me} />
      <Stack component="nav" gap={2} mt="md" aria-label="Main">
        {pages.map(({ to, label, icon: Glyph }) => (
          <Link key={to} to={to} className="gh-nav-link" data-tour={to}>
            <Glyph size={18} stroke={1.8} aria-hidden />
            {label}
            {to === '/activity' && unseen > 0 && (
              <Badge
                ml="auto"
                size="sm"
                variant="filled"
                circle={unseen < 10}
                aria-label={`${unseen} unseen`}
              >
                {unseen > 99 ? '99+' : unseen}
              </Badge>
            )}
          </Link>
        ))}
      </Stack>
      <Box mt="auto">
        <SignedInPerson me={me} />
      </Box>
    </Stack>
  )
}

/** Where one is: the workspace, its plan and where its data lives. */
const ActiveWorkspace = ({ me: { workspace } }: { me: Me }) => {
  const { data: settings } = useQuery(settingsQuery())
  const name = settings?.displayName || workspace.displayName
  return (
    <Group
      gap={10}
      wrap="nowrap"
      p={8}
      style={{ borderRadius: 10, border: '1px solid var(--gh-border)', background: 'var(--gh-surface)' }}
    >
      <WorkspaceIcon
        name={name}
        letter={settings?.iconLetter}
        color={settings?.iconColor}
        imageUrl={settings?.imageUrl}
      />
      <Box miw={0} flex={1}>
        <Text fz="sm" fw={600} truncate lh={1.3}>
          {name}
        </Text>
        <Text fz="xs" c="dimmed" truncate lh={1.35}>
          {plans[workspace.plan].name} plan
        </Text>
      </Box>
      <Badge
        size="sm"
        color="gray"
        variant="default"
        style={{ flexShrink: 0 }}
        title={`Data region: ${regions[workspace.region].label}`}
      >
        {workspace.region.toUpperCase()}
      </Badge>
    </Group>
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
