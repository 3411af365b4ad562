import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { regions } from '#contract/regions.ts'
import { LinkButton } from '../../../ui/link-button.tsx'
import { inviteAddress } from '../../accounts/onboarding/kept-invite.ts'
import { type Me, useSignOut } from '../../accounts/queries.ts'
import type { Invite } from './queries.ts'

/** For somebody not signed in: both ways in lead back to this invite. */
export const ComeIn = ({ invite: { workspace, email }, token }: { invite: Invite; token: string }) => {
  const next = inviteAddress(token)
  return (
    <Stack gap="sm">
      <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        To accept, sign in with an account that has the address {email}, or create one.{' '}
        {workspace.displayName} keeps its data in {regions[workspace.region].label}; where yours is kept you
        choose yourself.
      </Text>
      <LinkButton to="/sign-in" search={{ next }} size="md">
        Sign in
      </LinkButton>
      <LinkButton to="/sign-up" search={{ next }} size="md" variant="default">
        Create an account
      </LinkButton>
    </Stack>
  )
}

/** Signs out and leads back to this invite by the sign-in page. */
const useSwitchAccount = (token: string) => {
  const signOut = useSignOut()
  const navigate = useNavigate()
  return {
    switchAccount: () =>
      signOut.mutate(undefined, {
        onSuccess: () => navigate({ to: '/sign-in', search: { next: inviteAddress(token) } }),
      }),
    pending: signOut.isPending,
  }
}

export const AnotherAccountButton = ({ token }: { token: string }) => {
  const { switchAccount, pending } = useSwitchAccount(token)
  return (
    <Button size="md" variant="default" onClick={switchAccount} loading={pending}>
      Sign in with another account
    </Button>
  )
}

export const SignedInAs = ({ me: { user }, token }: { me: Me; token: string }) => {
  const { switchAccount, pending } = useSwitchAccount(token)
  return (
    <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      You are signed in as {user.displayName} ({user.email}).{' '}
      <Anchor
        component="button"
        type="button"
        inherit
        underline="always"
        onClick={switchAccount}
        disabled={pending}
      >
        Not you?
      </Anchor>
    </Text>
  )
}
