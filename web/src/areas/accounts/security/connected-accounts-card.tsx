import { Badge, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type ProviderName, providerLabels } from '#contract/identities.ts'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { toast } from '../../../ui/toast.tsx'
import { instanceQuery } from '../queries.ts'
import { identitiesQuery, useDisconnectIdentity } from '../security-queries.ts'
import { connectAddress } from './connecting.ts'
import { FromProvider } from './from-provider.tsx'
import { Line, Lines } from './line.tsx'
import { LoadedCard } from './loaded-card.tsx'
import { providerIcons, providerName } from './provider-buttons.tsx'

/** The accounts at providers that sign this person in. Not there at all where none is offered and none connected. */
export const ConnectedAccountsCard = () => {
  const query = useQuery(identitiesQuery())
  const { data: instance } = useQuery(instanceQuery())
  const [leaving, setLeaving] = useState<ProviderName>()
  const offered = instance?.signInProviders ?? []
  const connected = query.data?.identities ?? []
  // What was connected before the installation stopped offering it can still be disconnected.
  const shown = [...new Set([...offered, ...connected.map(({ provider }) => provider)])]
  if (instance && query.data && shown.length === 0) return null
  return (
    <LoadedCard
      title="Connected accounts"
      lead="Sign in with an account you have elsewhere, without a password of ours."
      query={query}
    >
      {({ identities }) => (
        <>
          <FromProvider connected={identities.map((identity) => identity.provider)} />
          <Lines label="Connected accounts">
            {shown.map((provider) => {
              const identity = identities.find((known) => known.provider === provider)
              return (
                <Line
                  key={provider}
                  icon={providerIcons[provider]}
                  title={providerName(provider)}
                  badges={provider === 'local' && <Badge color="gray">Embedded</Badge>}
                  facts={
                    identity ? (
                      <>
                        {identity.email && `${identity.email} · `}connected{' '}
                        <Moment at={identity.connectedAt} inSentence />
                      </>
                    ) : (
                      'Not connected'
                    )
                  }
                  actions={
                    identity ? (
                      <Button
                        variant="default"
                        size="xs"
                        onClick={() => setLeaving(provider)}
                        aria-label={`Disconnect ${providerName(provider)}`}
                      >
                        Disconnect
                      </Button>
                    ) : (
                      <Button
                        component="a"
                        href={connectAddress(provider)}
                        variant="default"
                        size="xs"
                        aria-label={`Connect ${providerName(provider)}`}
                      >
                        Connect
                      </Button>
                    )
                  }
                />
              )
            })}
          </Lines>
          <DisconnectDialog provider={leaving} onClose={() => setLeaving(undefined)} />
        </>
      )}
    </LoadedCard>
  )
}

const DisconnectDialog = ({ provider, onClose }: { provider?: ProviderName; onClose: () => void }) => {
  const disconnect = useDisconnectIdentity()
  // Keeps its words while the dialog fades out.
  const [named, setNamed] = useState(provider)
  if (provider && provider !== named) setNamed(provider)
  const name = named ? providerLabels[named] : ''
  const close = () => {
    onClose()
    disconnect.reset()
  }
  return (
    <ConfirmDialog
      opened={provider !== undefined}
      onClose={close}
      title={`Disconnect ${name}?`}
      confirm="Disconnect"
      onConfirm={() => {
        if (!provider) return
        disconnect.mutate(provider, {
          onSuccess: () => {
            close()
            toast(`${providerName(provider)} no longer signs you in.`)
          },
        })
      }}
      pending={disconnect.isPending}
      error={disconnect.error}
    >
      <Text>
        You will no longer be able to sign in with {name} until you connect it here again, and every other
        session it opened ends now. Your account here and your account there both stay.
      </Text>
    </ConfirmDialog>
  )
}
