import { Button, type ButtonProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { confirmItsYou } from '../../accounts/security/confirm-its-you.ts'
import { factorsQuery } from '../../accounts/security-queries.ts'
import { useEnterWorkspace } from '../queries.ts'

type Props = ButtonProps & {
  /** Of the person signed in. */
  username: string
  onShown: () => void
}

/** For a session that has shown no second factor: the way to show the one there is, or to set up a first one in the own workspace. */
export const ShowSecondFactor = ({ username, onShown, ...look }: Props) => {
  const { data: factors } = useQuery(factorsQuery())
  const entry = useEnterWorkspace()
  const navigate = useNavigate()
  const hasOne = factors && (factors.passkeys.length > 0 || factors.totp !== null)
  const show = async () => {
    if (await confirmItsYou()) onShown()
  }
  const setUp = () =>
    entry.enter(username, () => navigate({ to: '/settings', search: { tab: 'profile' }, hash: 'security' }))
  return (
    <Button
      {...look}
      onClick={hasOne ? () => void show() : setUp}
      loading={entry.isPending}
      disabled={!factors}
    >
      {hasOne ? 'Confirm your second step' : 'Set up two-step sign-in in my workspace'}
    </Button>
  )
}
