import { Card, Group, Skeleton, Stack, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { isApiError } from '../../../api/client.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { settingsQuery, useMe } from '../../accounts/queries.ts'
import { useAskSecondFactor } from '../queries.ts'
import { ShowSecondFactor } from './show-second-factor.tsx'

/** Whether a first factor alone is enough to act in this team. */
export const SecondFactorCard = () => {
  const { data: settings } = useQuery(settingsQuery())
  const { user } = useMe()
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
        {/* Whoever asks it of others has to show their own first. */}
        {isApiError(ask.error, 'second_factor_missing') && (
          <Group>
            <ShowSecondFactor username={user.username} onShown={() => change(true)} variant="default" />
          </Group>
        )}
      </Stack>
    </Card>
  )
}
