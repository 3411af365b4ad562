import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { updateApiKey } from '#contract/api-keys.ts'
import { fieldSentence } from '../../api/problem.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { type ApiKey, useUpdateApiKey } from './queries.ts'

type Props = { apiKey: ApiKey; opened: boolean; onClose: () => void }

export const RenameApiKeyDialog = ({ apiKey, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Rename key">
    <NameForm apiKey={apiKey} onClose={onClose} />
  </Modal>
)

const NameForm = ({ apiKey, onClose }: Omit<Props, 'opened'>) => {
  const update = useUpdateApiKey(apiKey.keyId)
  const [name, setName] = useState(apiKey.name)
  const [problem, setProblem] = useState<string>()
  const submit = () => {
    const parsed = updateApiKey.body.safeParse({ name })
    if (!parsed.success) return setProblem(fieldSentence('Name', parsed.error.issues[0]?.message ?? ''))
    setProblem(undefined)
    update.mutate(parsed.data, { onSuccess: onClose })
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
          description="The key itself stays as it is."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          maxLength={120}
          autoComplete="off"
          data-autofocus
        />
        <ErrorNote error={update.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={update.isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
