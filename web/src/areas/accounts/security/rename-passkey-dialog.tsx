import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { renamePasskey } from '#contract/factors.ts'
import { fieldSentence } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { type Passkey, useRenamePasskey } from '../security-queries.ts'

type Props = { passkey: Passkey; opened: boolean; onClose: () => void }

export const RenamePasskeyDialog = ({ opened, onClose, passkey }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Rename passkey">
    <NameForm passkey={passkey} onClose={onClose} />
  </Modal>
)

const NameForm = ({ passkey, onClose }: Omit<Props, 'opened'>) => {
  const rename = useRenamePasskey()
  const [name, setName] = useState(passkey.name)
  const [problem, setProblem] = useState<string>()
  const submit = () => {
    const parsed = renamePasskey.body.safeParse({ name })
    if (!parsed.success) return setProblem(fieldSentence('Name', parsed.error.issues[0]?.message ?? ''))
    setProblem(undefined)
    rename.mutate({ id: passkey.id, name: parsed.data.name }, { onSuccess: onClose })
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
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          maxLength={80}
          autoComplete="off"
          data-autofocus
        />
        <ErrorNote error={rename.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={rename.isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
