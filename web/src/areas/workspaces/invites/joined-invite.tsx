import { Stack } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { isApiError } from '../../../api/client.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { LinkButton } from '../../../ui/link-button.tsx'
import type { Me } from '../../accounts/queries.ts'
import { WelcomeFrame } from '../../accounts/welcome-frame.tsx'
import { ShowSecondFactor } from '../members/show-second-factor.tsx'
import { useEnterWorkspace } from '../queries.ts'
import type { Joined } from './queries.ts'

/** Somebody has joined and may not enter yet: the team wants a second factor, or its license has just run out. */
export const JoinedInvite = ({ joined: { workspace, closedBy }, me }: { joined: Joined; me: Me }) => {
  const entry = useEnterWorkspace()
  const navigate = useNavigate()
  const wantsFactor = isApiError(closedBy, 'second_factor_required')
  return (
    <WelcomeFrame
      title={`You are a member of ${workspace.displayName}`}
      lead="It is among your workspaces now. One thing is needed before you can enter it."
    >
      <ErrorNote error={closedBy} />
      <Stack gap="sm">
        {wantsFactor && (
          <ShowSecondFactor
            size="md"
            username={me.user.username}
            onShown={() => entry.enter(workspace.username, () => navigate({ to: '/home' }))}
          />
        )}
        <LinkButton to="/home" size="md" variant={wantsFactor ? 'default' : 'filled'}>
          Go to your home page
        </LinkButton>
      </Stack>
    </WelcomeFrame>
  )
}
