import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { inviteDays } from '#contract/members.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { LinkButton } from '../../../ui/link-button.tsx'
import { WelcomeFrame } from '../../accounts/welcome-frame.tsx'
import { teamsQuery, useEnterWorkspace } from '../queries.ts'
import type { Invite } from './queries.ts'

type Over = { invite: Invite; signedIn: boolean }

/** The link names no invite that could be accepted: cancelled, replaced by a newer mail, or cut short on its way. */
export const UnknownInvite = ({ signedIn }: { signedIn: boolean }) => (
  <WelcomeFrame
    title="This invite is not valid"
    lead="It may have been cancelled, a newer mail may have taken its place, or the link was cut short. Open the newest mail you have, or ask whoever invited you to send it again."
  >
    <Elsewhere signedIn={signedIn} />
  </WelcomeFrame>
)

export const ExpiredInvite = ({ invite: { workspace, invitedBy }, signedIn }: Over) => (
  <WelcomeFrame
    title="This invite has expired"
    lead={`Ask ${invitedBy} to send the invite to ${workspace.displayName} again. The new link holds for ${inviteDays} days.`}
  >
    <Elsewhere signedIn={signedIn} />
  </WelcomeFrame>
)

export const AcceptedInvite = ({ invite: { workspace, invitedBy }, signedIn }: Over) => (
  <WelcomeFrame
    title="This invite was already accepted"
    lead={
      signedIn
        ? `Each invite is accepted once. If it was not you, ask ${invitedBy} to invite you to ${workspace.displayName} again.`
        : `Each invite is accepted once. If it was you, sign in: ${workspace.displayName} is among your workspaces.`
    }
  >
    {signedIn ? <OpenWorkspace workspace={workspace} /> : <Elsewhere signedIn={false} />}
  </WelcomeFrame>
)

/** No answer, or one that tells nothing about the invite. */
export const UnansweredInvite = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <WelcomeFrame title="Your invite">
    <ErrorState error={error} onRetry={onRetry} />
  </WelcomeFrame>
)

const OpenWorkspace = ({ workspace }: { workspace: Invite['workspace'] }) => {
  const { data } = useQuery(teamsQuery())
  const entry = useEnterWorkspace()
  const navigate = useNavigate()
  const isMember = data?.teams.some(({ username }) => username === workspace.username)
  return (
    <Elsewhere signedIn variant={isMember ? 'default' : 'filled'}>
      {isMember && (
        <Button
          size="md"
          onClick={() => entry.enter(workspace.username, () => navigate({ to: '/home' }))}
          loading={entry.isPending}
        >
          Open {workspace.displayName}
        </Button>
      )}
    </Elsewhere>
  )
}

type ElsewhereProps = { signedIn: boolean; variant?: 'default' | 'filled'; children?: ReactNode }

/** Where to go instead. */
const Elsewhere = ({ signedIn, variant = 'filled', children }: ElsewhereProps) => (
  <Stack gap="sm">
    {children}
    {signedIn ? (
      <LinkButton to="/home" size="md" variant={variant}>
        Go to your home page
      </LinkButton>
    ) : (
      <LinkButton to="/sign-in" size="md" variant={variant}>
        Sign in
      </LinkButton>
    )}
  </Stack>
)
