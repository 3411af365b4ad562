import { Skeleton, Stack } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { isApiError } from '../../../api/client.ts'
import { withArticle } from '../../../ui/role-names.ts'
import { toast } from '../../../ui/toast.tsx'
import { forgetInvite } from '../../accounts/onboarding/kept-invite.ts'
import type { Me } from '../../accounts/queries.ts'
import { WelcomeFrame } from '../../accounts/welcome-frame.tsx'
import { AcceptInvite } from './accept-invite.tsx'
import { InviteFacts } from './invite-facts.tsx'
import { AcceptedInvite, ExpiredInvite, UnansweredInvite, UnknownInvite } from './invite-over.tsx'
import { JoinedInvite } from './joined-invite.tsx'
import { inviteQuery, useAcceptInvite } from './queries.ts'
import { ComeIn } from './who-accepts.tsx'

type Props = { token: string; me: Me | null }

/** The page an invite is accepted on. `me` is null for somebody who is not signed in, and may have no account yet. */
export const InviteScreen = ({ token, me }: Props) => {
  const accept = useAcceptInvite(token)
  const navigate = useNavigate()
  // Once it is accepted the page is about to go, and should not tell that it was accepted before.
  const accepting = accept.isPending || accept.isSuccess
  const query = useQuery({
    ...inviteQuery(token),
    enabled: token !== '' && !accepting,
    placeholderData: keepPreviousData,
  })
  const signedIn = me !== null
  useEffect(() => {
    // The invite has led back here; its token stands in the address again.
    if (signedIn) forgetInvite()
  }, [signedIn])

  const { data: invite, error } = query
  if (me && accept.data && accept.data.closedBy !== null) return <JoinedInvite joined={accept.data} me={me} />
  if (!token || isApiError(error, 'invite_not_found') || isApiError(error, 'invalid_request'))
    return <UnknownInvite signedIn={signedIn} />
  if (!invite)
    return error ? (
      <UnansweredInvite error={error} onRetry={() => void query.refetch()} />
    ) : (
      <WelcomeFrame title="Your invite">
        <Stack aria-hidden>
          <Skeleton h={64} />
          <Skeleton h={120} />
        </Stack>
      </WelcomeFrame>
    )
  const { workspace, role, invitedBy, status } = invite
  if (status === 'accepted') return <AcceptedInvite invite={invite} signedIn={signedIn} />
  if (status === 'expired') return <ExpiredInvite invite={invite} signedIn={signedIn} />
  const join = () =>
    accept.mutate(undefined, {
      onSuccess: ({ workspace: { displayName, role }, closedBy }) => {
        if (closedBy !== null) return
        toast(`Welcome to ${displayName}. You are ${withArticle(role)} here.`)
        void navigate({ to: '/home' })
      },
    })
  return (
    <WelcomeFrame
      title={`Join ${workspace.displayName}`}
      lead={
        <>
          {invitedBy} invites you as <b>{withArticle(role)}</b>.
        </>
      }
    >
      <InviteFacts invite={invite} />
      {me ? (
        <AcceptInvite
          invite={invite}
          token={token}
          me={me}
          onJoin={join}
          joining={accepting}
          error={accept.error}
        />
      ) : (
        <ComeIn invite={invite} token={token} />
      )}
    </WelcomeFrame>
  )
}
