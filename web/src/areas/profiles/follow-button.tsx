import { Button } from '@mantine/core'
import { IconUserMinus, IconUserPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { sentenceOf } from '../../api/problem.ts'
import { LinkButton } from '../../ui/link-button.tsx'
import { toast } from '../../ui/toast.tsx'
import { useVisitor, useVisitorMay } from '../accounts/visitor.ts'
import { useEnterWorkspace } from '../workspaces/queries.ts'
import { type PublicProfile, useFollow } from './queries.ts'

/** Follow, or stop following. Somebody who is not signed in is asked to be, and comes back. Oneself, and the team one is in and may
 *  edit, one only edits. */
export const FollowButton = ({ profile }: { profile: PublicProfile }) => {
  const visitor = useVisitor()
  const follow = useFollow(profile.username)
  const mayEdit = useVisitorMay('workspace.edit', profile.username)
  if (!visitor) {
    return (
      <LinkButton
        to="/sign-in"
        search={{ next: `/${profile.username}` }}
        leftSection={<IconUserPlus size={17} stroke={1.7} />}
      >
        Follow
      </LinkButton>
    )
  }
  if (mayEdit) {
    return (
      <LinkButton to="/settings" search={{ tab: 'profile' }} variant="default">
        Edit profile
      </LinkButton>
    )
  }
  if (visitor.user.username === profile.username) return <EditOwnProfile username={profile.username} />
  const { isFollowed } = profile
  const turn = () =>
    follow.mutate(!isFollowed, { onError: (error) => toast(sentenceOf(error), { failed: true }) })
  return (
    <Button
      variant={isFollowed ? 'default' : 'filled'}
      leftSection={
        isFollowed ? <IconUserMinus size={17} stroke={1.7} /> : <IconUserPlus size={17} stroke={1.7} />
      }
      onClick={turn}
      loading={follow.isPending}
    >
      {isFollowed ? 'Unfollow' : 'Follow'}
    </Button>
  )
}

/** Settings follow the active workspace, which is one of others right now. */
const EditOwnProfile = ({ username }: { username: string }) => {
  const { enter, isPending } = useEnterWorkspace()
  const navigate = useNavigate()
  const edit = () => enter(username, () => navigate({ to: '/settings', search: { tab: 'profile' } }))
  return (
    <Button variant="default" onClick={edit} loading={isPending}>
      Edit profile
    </Button>
  )
}
