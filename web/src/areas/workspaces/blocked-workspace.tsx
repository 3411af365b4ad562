import { Box, Button, Card, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconLock, IconShieldLock } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTitle } from '../../ui/title.ts'
import type { Me } from '../accounts/queries.ts'
import { confirmItsYou } from '../accounts/security/confirm-its-you.ts'
import { factorsQuery } from '../accounts/security-queries.ts'
import { lookAgain } from '../accounts/watch-person.ts'
import { useEnterWorkspace } from './queries.ts'

/** What stands in place of every page of a workspace that this member cannot act in right now: why, and what to do. */
const BlockedWorkspace = ({ me }: { me: Me }) => {
  useTitle('Closed')
  const { enter, isPending } = useEnterWorkspace()
  const navigate = useNavigate()
  const goHome = () => enter(me.user.username, () => navigate({ to: '/home' }))
  const own = (
    <Button variant="default" onClick={goHome} loading={isPending}>
      Go to my workspace
    </Button>
  )
  return me.workspace.deniedReason === 'second_factor_required' ? (
    <WantsSecondFactor me={me} own={own} />
  ) : (
    <Face
      icon={<IconLock size={26} stroke={1.6} />}
      title={`${me.workspace.displayName} is closed for now`}
      actions={own}
    >
      Its Enterprise license has expired. Nothing is lost: its projects, members and keys are kept. Once its
      owner has renewed the license you can come back in.
    </Face>
  )
}

export default BlockedWorkspace

const WantsSecondFactor = ({ me, own }: { me: Me; own: ReactNode }) => {
  const { enter, isPending } = useEnterWorkspace()
  const client = useQueryClient()
  const router = useRouter()
  const navigate = useNavigate()
  const { data: factors } = useQuery(factorsQuery())
  const canShowOne = factors && (factors.passkeys.length > 0 || factors.totp !== null)
  const showOne = async () => {
    if (await confirmItsYou()) await lookAgain(client, () => void router.invalidate())
  }
  const setUp = () =>
    enter(me.user.username, () => navigate({ to: '/settings', search: { tab: 'profile' }, hash: 'security' }))
  return (
    <Face
      icon={<IconShieldLock size={26} stroke={1.6} />}
      title={`${me.workspace.displayName} asks for two-step sign-in`}
      actions={
        <>
          {canShowOne ? (
            <Button onClick={() => void showOne()}>Confirm your second step</Button>
          ) : (
            <Button onClick={setUp} loading={isPending}>
              Set up two-step sign-in
            </Button>
          )}
          {own}
        </>
      }
    >
      {canShowOne
        ? 'Its members come in with a second step, and you have signed in without yours. Show it now to go on.'
        : 'Its members come in with a second step, a passkey or a code from an app. Set one up under Security in your own workspace, then come back.'}
    </Face>
  )
}

type FaceProps = { icon: ReactNode; title: string; actions: ReactNode; children: string }

const Face = ({ icon, title, actions, children }: FaceProps) => (
  <Box maw={640} mx="auto" pt={{ base: 0, sm: '8vh' }}>
    <Card py={56}>
      <Stack align="center" gap="sm" ta="center">
        <ThemeIcon variant="light" color="orange" size={52} radius="lg" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={1} fz="h2" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        <Text c="dimmed" maw={460}>
          {children}
        </Text>
        <Group justify="center" mt="sm">
          {actions}
        </Group>
      </Stack>
    </Card>
  </Box>
)
