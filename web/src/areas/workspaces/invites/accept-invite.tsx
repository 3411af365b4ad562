import { Button, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { isApiError } from '../../../api/client.ts'
import { explained } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { emailsQuery } from '../../accounts/emails/queries.ts'
import { isOwnWorkspace, type Me } from '../../accounts/queries.ts'
import { ownSettingsQuery, useEnterWorkspace } from '../queries.ts'
import { OtherAddress } from './other-address.tsx'
import type { Invite } from './queries.ts'
import { WhatIsShared } from './what-is-shared.tsx'
import { SignedInAs } from './who-accepts.tsx'

type Props = { invite: Invite; token: string; me: Me; onJoin: () => void; joining: boolean; error: unknown }

/** For somebody signed in: what joining shares, and the button. Where the invited address is not theirs, how it could be. */
export const AcceptInvite = ({ invite, token, me, onJoin, joining, error }: Props) => {
  const emails = useQuery(emailsQuery())
  const home = useQuery({ ...ownSettingsQuery(me.user.username), enabled: !isOwnWorkspace(me) })
  const entry = useEnterWorkspace()
  const navigate = useNavigate()
  const { workspace, email } = invite
  if (emails.isPending || home.isLoading) return <Skeleton h={120} aria-hidden />

  const address = emails.data?.find((known) => known.address === email)
  // Without the list the server's answer decides.
  const proved = emails.data === undefined || address?.verified === true
  if (!proved || isApiError(error, 'invite_for_another_address'))
    return <OtherAddress invite={invite} token={token} me={me} address={address} />

  const ownRegion = isOwnWorkspace(me) ? me.workspace.region : home.data?.region
  const isMember = isApiError(error, 'already_member')
  return (
    <Stack>
      <WhatIsShared invite={invite} ownRegion={ownRegion} />
      <ErrorNote error={explained(error, wordsFor(invite))} />
      {isMember ? (
        <Button
          size="md"
          variant="default"
          onClick={() => entry.enter(workspace.username, () => navigate({ to: '/home' }))}
          loading={entry.isPending}
        >
          Open {workspace.displayName}
        </Button>
      ) : (
        <Button size="md" onClick={onJoin} loading={joining} styles={{ label: { whiteSpace: 'normal' } }}>
          Join {workspace.displayName}
        </Button>
      )}
      <SignedInAs me={me} token={token} />
    </Stack>
  )
}

/** What only those inside can mend is theirs to hear; whoever joins is told whom to ask. */
const wordsFor = ({ invitedBy, workspace: { displayName } }: Invite) => ({
  already_member: { title: `You are a member of ${displayName} already` },
  seat_limit_reached: {
    title: `Every seat of ${displayName} is taken`,
    advice: `Ask ${invitedBy} to make room. Then this link brings you in.`,
  },
  license_expired: {
    title: `The Enterprise license of ${displayName} has expired`,
    advice: 'Once its owner has renewed it, this link brings you in.',
  },
})
