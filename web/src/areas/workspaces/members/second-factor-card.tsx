import { Card, Skeleton, Stack, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { isApiError } from '../../../api/client.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { settingsQuery } from '../../accounts/queries.ts'
import { useAskSecondFactor } from '../queries.ts'

/** Whether a password alone is enough to act in this team. */
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
          description="Whoever signed in with a password alone is kept out of this team until they use a passkey, an authenticator app or a recovery code. API keys go on working."
          checked={ask.isPending ? ask.variables : required}
          onChange={(event) => change(event.currentTarget.checked)}
          disabled={ask.isPending}
        />
        <ErrorNote error={ask.error} />
        {isApiError(ask.error, 'second_factor_missing') && (
          <Text fz="sm">Two-step sign-in is on the Profile tab of your personal workspace.</Text>
        )}
      </Stack>
    </Card>
  )
}
