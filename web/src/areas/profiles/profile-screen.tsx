import { Badge, Box, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { type Icon, IconBuilding, IconFolders, IconTarget, IconUsers } from '@tabler/icons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { useTitle } from '../../ui/title.ts'
import { WorkspaceIcon } from '../../ui/workspace-icon.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { ProjectCard } from '../library/project-card.tsx'
import { FollowButton } from './follow-button.tsx'
import { type PublicProfile, profileQuery, publicProjectsQuery } from './queries.ts'
import { SocialList } from './social-list.tsx'

/** What the world sees of a person or a team. */
export const ProfileScreen = ({ username }: { username: string }) => {
  const visitor = useVisitor()
  const { data: profile } = useSuspenseQuery(profileQuery(username, visitor?.user.id))
  useTitle(`${profile.fullName || profile.username} (@${profile.username})`)
  return (
    <Stack gap={40} maw={1080} mx="auto" w="100%">
      <Head profile={profile} />
      <Projects profile={profile} own={visitor?.workspace.username === profile.username} />
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

const Projects = ({ profile, own }: { profile: PublicProfile; own: boolean }) => {
  const { data: projects, error, refetch } = useQuery(publicProjectsQuery(profile.username))
  const shown = projects?.filter(({ visibility }) => visibility === 'public')
  return (
    <section aria-labelledby="public-projects">
      <Title order={2} mb="md" id="public-projects">
        Public projects
      </Title>
      {!shown && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!shown && !error && <Waiting />}
      {shown?.length === 0 && (
        <EmptyState icon={IconFolders} title="No public projects">
          {own
            ? 'Those of your projects that everybody may see appear here.'
            : `Nothing ${profile.username} has made is open to everybody yet.`}
        </EmptyState>
      )}
      {shown && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          {shown.map((project) => (
            <ProjectCard key={project._id} project={project} level={3} />
          ))}
        </SimpleGrid>
      )}
    </section>
  )
}

const Waiting = () => (
  <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-hidden>
    {[1, 2, 3].map((card) => (
      <Skeleton key={card} h={118} radius="lg" />
    ))}
  </SimpleGrid>
)
