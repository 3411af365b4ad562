import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { isApiError } from '../../../api/client.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useAddPasskey } from '../security-queries.ts'
import { makePasskey } from './passkey-browser.ts'

type Props = {
  opened: boolean
  onClose: () => void
  /** What the browser needs, asked for beforehand. */
  options?: Record<string, unknown>
  /** The options were used up or have expired: ask for others. */
  onAskAgain: () => void
  asking: boolean
  askError: unknown
  /** Hears the recovery codes that come with a first second step. */
  onCodes: (codes: string[]) => void
}

export const AddPasskeyDialog = ({ opened, onClose, ...rest }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Add a passkey">
    <NameForm onClose={onClose} {...rest} />
  </Modal>
)

const NameForm = ({ onClose, options, onAskAgain, asking, askError, onCodes }: Omit<Props, 'opened'>) => {
  const add = useAddPasskey()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<unknown>(null)
  const [prompting, setPrompting] = useState(false)

  const create = async () => {
    if (!options || prompting) return
    setProblem(null)
    setPrompting(true)
    try {
      const credential = await makePasskey(options)
      const trimmed = name.trim()
      const { recoveryCodes } = await add.mutateAsync({ credential, ...(trimmed && { name: trimmed }) })
      onClose()
      if (recoveryCodes) onCodes(recoveryCodes)
      else toast('Your passkey is ready.')
    } catch (error) {
      setProblem(error)
      if (isApiError(error)) onAskAgain()
    } finally {
      setPrompting(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <Stack>
        <Text fz="sm" c="dimmed">
          Your browser asks where to keep it: on this device, on your phone or on a security key.
        </Text>
        <TextInput
          label="Name"
          description="To tell your passkeys apart. You may leave it empty."
          placeholder="My laptop"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={60}
          autoComplete="off"
          data-autofocus
        />
        <ErrorNote error={problem ?? askError} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={prompting || asking} disabled={!options}>
            Create passkey
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
