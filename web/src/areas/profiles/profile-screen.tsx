import { Badge, Box, Group, Stack, Text, Title } from '@mantine/core'
import { type Icon, IconBuilding, IconTarget, IconUsers } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTitle } from '../../ui/title.ts'
import { WorkspaceIcon } from '../../ui/workspace-icon.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { FollowButton } from './follow-button.tsx'
import type { ProfileSearch } from './profile-search.ts'
import { PublicWorks } from './public-works.tsx'
import { type PublicProfile, profileQuery } from './queries.ts'
import { SocialList } from './social-list.tsx'

type Props = { username: string; search: ProfileSearch; onSearch: (search: ProfileSearch) => void }

/** What the world sees of a person or a team. */
export const ProfileScreen = ({ username, search, onSearch }: Props) => {
  const visitor = useVisitor()
  const { data: profile } = useSuspenseQuery(profileQuery(username, visitor?.user.id))
  useTitle(`${profile.fullName || profile.username} (@${profile.username})`)
  return (
    <Stack gap={40} maw={1080} mx="auto" w="100%">
      <Head profile={profile} />
      <PublicWorks
        username={profile.username}
        own={visitor?.workspace.username === profile.username}
        isOneself={visitor?.user.username === profile.username}
        search={search}
        onSearch={onSearch}
      />
    </Stack>
  )
}

const Head = ({ profile }: { profile: PublicProfile }) => (
  <Stack gap="md" component="header">
    <Group align="flex-start" justify="space-between" gap="md">
      <Group gap="lg" wrap="nowrap" align="center" miw={0} flex="1 1 300px">
        <WorkspaceIcon
          name={profile.fullName || profile.username}
          letter={profile.iconLetter}
          color={profile.iconColor}
          imageUrl={profile.imageUrl}
          size={84}
        />
        <Box miw={0}>
          <Group gap="xs">
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {profile.fullName || profile.username}
            </Title>
            {profile.accountType === 'team' && <Badge color="gray">Team</Badge>}
          </Group>
          <Text c="dimmed">@{profile.username}</Text>
        </Box>
      </Group>
      <FollowButton profile={profile} />
    </Group>
    {profile.bio && (
      <Text maw={680} style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
        {profile.bio}
      </Text>
    )}
    <Group gap="6px 18px">
      <Fact icon={IconUsers}>
        <b>{profile.followerCount.toLocaleString('en')}</b>{' '}
        {profile.followerCount === 1 ? 'follower' : 'followers'}
      </Fact>
      {profile.company && <Fact icon={IconBuilding}>{profile.company}</Fact>}
      {profile.useCase && <Fact icon={IconTarget}>{profile.useCase}</Fact>}
    </Group>
    {profile.socials && <SocialList socials={profile.socials} />}
  </Stack>
)

const Fact = ({ icon: Glyph, children }: { icon: Icon; children: ReactNode }) => (
  <Group gap={6} wrap="nowrap" c="dimmed">
    <Glyph size={17} stroke={1.7} aria-hidden style={{ flexShrink: 0 }} />
    <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Text>
  </Group>
)
