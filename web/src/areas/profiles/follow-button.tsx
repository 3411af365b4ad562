import { Button } from '@mantine/core'
import { IconUserMinus, IconUserPlus } from '@tabler/icons-react'
import { sentenceOf } from '../../api/problem.ts'
import { LinkButton } from '../../ui/link-button.tsx'
import { toast } from '../../ui/toast.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { type PublicProfile, useFollow } from './queries.ts'

/** Follow, or stop following. Somebody who is not signed in is asked to be, and comes back. Oneself one only edits. */
export const FollowButton = ({ profile }: { profile: PublicProfile }) => {
  const visitor = useVisitor()
  const follow = useFollow(profile.username)
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
  if (visitor.user.username === profile.username) {
    return (
      <LinkButton to="/settings" search={{ tab: 'profile' }} variant="default">
        Edit profile
      </LinkButton>
    )
  }
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
