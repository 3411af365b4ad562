import { Button } from '@mantine/core'
import { IconStar, IconStarFilled } from '@tabler/icons-react'
import { useRouterState } from '@tanstack/react-router'
import { sentenceOf } from '../../api/problem.ts'
import { LinkButton } from '../../ui/link-button.tsx'
import { toast } from '../../ui/toast.tsx'
import { useVisitor } from '../accounts/visitor.ts'
import { useStar } from './changes.ts'

type Props = {
  kind: 'project' | 'model' | 'dataset'
  thing: { _id: string; isStarred: boolean; starCount: number }
}

/** One's own star, and how many there are. Somebody who is not signed in is asked to be, and comes back. */
export const StarButton = ({ kind, thing }: Props) => {
  const visitor = useVisitor()
  const here = useRouterState({ select: ({ location }) => location.href })
  const count = thing.starCount.toLocaleString('en')
  if (!visitor)
    return (
      <LinkButton
        to="/sign-in"
        search={{ next: here }}
        variant="default"
        leftSection={<IconStar size={16} stroke={1.7} />}
        aria-label={`Sign in to star this ${kind}; ${count} so far`}
      >
        {count}
      </LinkButton>
    )
  return <OwnStar kind={kind} thing={thing} username={visitor.user.username} />
}

const OwnStar = ({ kind, thing, username }: Props & { username: string }) => {
  const star = useStar({ kind, id: thing._id, username })
  const waiting = star.isPending
  const isStarred = waiting ? Boolean(star.variables) : thing.isStarred
  const count = thing.starCount + Number(isStarred) - Number(thing.isStarred)
  return (
    <Button
      variant="default"
      leftSection={
        isStarred ? <IconStarFilled size={16} color="var(--gh-star)" /> : <IconStar size={16} stroke={1.7} />
      }
      aria-pressed={isStarred}
      aria-label={`Star this ${kind}; ${count} so far`}
      title={isStarred ? 'Take your star away' : 'Give it your star'}
      onClick={() =>
        !waiting &&
        star.mutate(!isStarred, { onError: (error) => toast(sentenceOf(error), { failed: true }) })
      }
    >
      {count.toLocaleString('en')}
    </Button>
  )
}
