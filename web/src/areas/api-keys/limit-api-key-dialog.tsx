import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ErrorNote } from '../../ui/error-state.tsx'
import { toast } from '../../ui/toast.tsx'
import { AddressesField } from './addresses-field.tsx'
import { AddressesInUse } from './addresses-in-use.tsx'
import { addressesProblem, readAddresses } from './allowed-addresses.ts'
import { type Expiry, endOf, noExpiry } from './expiry.ts'
import { ExpiryField } from './expiry-field.tsx'
import { onTheClock } from './key-life.ts'
import { expiryProblem } from './limits-form.ts'
import { type ApiKey, useUpdateApiKey } from './queries.ts'

type Props = { apiKey: ApiKey; opened: boolean; onClose: () => void }

/** Until when and from where an own key works. What it may do is settled when it is made. */
export const LimitApiKeyDialog = ({ apiKey, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title={`Limits of “${apiKey.name}”`}>
    <LimitForm apiKey={apiKey} onClose={onClose} />
  </Modal>
)

const LimitForm = ({ apiKey, onClose }: Omit<Props, 'opened'>) => {
  const { keyId, name, expiresAt, allowedAddresses = [] } = apiKey
  const update = useUpdateApiKey(keyId)
  const [expiry, setExpiry] = useState<Expiry>(expiresAt ? { choice: 'keep', date: '' } : noExpiry)
  const [text, setText] = useState(allowedAddresses.join('\n'))
  const [tried, setTried] = useState(false)
  const addresses = readAddresses(text)
  const problems = { date: expiryProblem(expiry, new Date()), addresses: addressesProblem(addresses) }

  const submit = () => {
    setTried(true)
    const end = endOf(expiry, new Date())
    if (end === undefined || problems.addresses) return
    const body = {
      ...(expiry.choice !== 'keep' && { expiresAt: end === null ? null : end.toISOString() }),
      allowedAddresses: addresses,
    }
    update.mutate(body, {
      onSuccess: () => {
        onClose()
        toast(`The limits of “${name}” are saved.`)
      },
    })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      noValidate
    >
      <Stack>
        <Text fz="sm" c="dimmed">
          They hold from the moment you save. What the key may do stays as it was made.
        </Text>
        <ExpiryField
          expiry={expiry}
          onChange={setExpiry}
          problem={tried ? problems.date : undefined}
          {...(expiresAt && { keep: `As it is: ${onTheClock(expiresAt)}` })}
        />
        <AddressesField text={text} onChange={setText} problem={tried ? problems.addresses : undefined} />
        <AddressesInUse
          keyId={keyId}
          addresses={addresses}
          onAdd={(address) => setText([...addresses, address].join('\n'))}
        />
        <ErrorNote error={update.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={update.isPending}>
            Save limits
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
