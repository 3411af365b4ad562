import { Button, Card, Group, Skeleton, Stack, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { isApiError } from '../../../api/client.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { settingsQuery, useMe } from '../../accounts/queries.ts'
import { confirmItsYou } from '../../accounts/security/confirm-its-you.ts'
import { factorsQuery } from '../../accounts/security-queries.ts'
import { useAskSecondFactor, useEnterWorkspace } from '../queries.ts'

/** Whether a first factor alone is enough to act in this team. */
export const SecondFactorCard = () => {
  const { data: settings } = useQuery(settingsQuery())
  const ask = useAskSecondFactor()
  if (!settings) return <Skeleton h={88} radius="lg" aria-hidden />
  const required = settings.secondFactorRequired ?? false
  const change = (next: boolean) =>
    ask.mutate(next, {
      onSuccess: () =>
        toast(next ? 'Members need a second factor from now on.' : 'A second factor is no longer needed.'),
    })
  return (
    <Card component="section" aria-label="Second factor">
      <Stack gap="sm">
        <Switch
          label="Members need a second factor"
          description="Members who signed in without one are kept out of this team until they use a passkey, an authenticator app or a recovery code. API keys go on working."
          checked={ask.isPending ? ask.variables : required}
          onChange={(event) => change(event.currentTarget.checked)}
          disabled={ask.isPending}
        />
        <ErrorNote error={ask.error} />
        {isApiError(ask.error, 'second_factor_missing') && <ShowOwn onShown={() => change(true)} />}
      </Stack>
    </Card>
  )
}

/** Whoever asks it of others has to show their own first: the way there. */
const ShowOwn = ({ onShown }: { onShown: () => void }) => {
  const { user } = useMe()
  const { data: factors } = useQuery(factorsQuery())
  const entry = useEnterWorkspace()
  const navigate = useNavigate()
  const hasOne = factors && (factors.passkeys.length > 0 || factors.totp !== null)
  const showOne = async () => {
    if (await confirmItsYou()) onShown()
  }
  const setUp = () =>
    entry.enter(user.username, () =>
      navigate({ to: '/settings', search: { tab: 'profile' }, hash: 'security' }),
    )
  return (
    <Group>
      {hasOne ? (
        <Button variant="default" onClick={() => void showOne()}>
          Confirm your second step
        </Button>
      ) : (
        <Button variant="default" onClick={setUp} loading={entry.isPending}>
          Set up two-step sign-in in my workspace
        </Button>
      )}
    </Group>
  )
}
