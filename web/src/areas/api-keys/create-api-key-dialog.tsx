import {
  Alert,
  Button,
  Checkbox,
  Code,
  Collapse,
  Group,
  Modal,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { createApiKey } from '#contract/api-keys.ts'
import { type Scope, scopes } from '#contract/permissions.ts'
import { fieldSentence } from '../../api/problem.ts'
import { CopyWideButton } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-state.tsx'
import { type CreatedApiKey, useCreateApiKey } from './queries.ts'
import { scopeWords } from './scope-words.ts'
import { UseExamples } from './use-examples.tsx'

type Props = { opened: boolean; onClose: () => void; onCreated?: (key: CreatedApiKey) => void }

/** Asks for a name, then shows the new key and how to use it. */
const CreateApiKeyDialog = ({ opened, onClose, onCreated }: Props) => {
  const [created, setCreated] = useState<CreatedApiKey>()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setCreated(undefined)}
      title={created ? 'Your key is ready' : 'Create an API key'}
      size={created ? 'lg' : 'md'}
    >
      {created ? (
        <Ready created={created} onClose={onClose} />
      ) : (
        <NameForm
          onClose={onClose}
          onCreated={(key) => {
            setCreated(key)
            onCreated?.(key)
          }}
        />
      )}
    </Modal>
  )
}

const NameForm = ({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (key: CreatedApiKey) => void
}) => {
  const create = useCreateApiKey()
  const [name, setName] = useState('')
  const [limited, setLimited] = useState(false)
  const [chosen, setChosen] = useState<string[]>(['training'])
  const [problem, setProblem] = useState<string>()

  const submit = () => {
    const body = {
      ...(name.trim() && { name: name.trim() }),
      ...(limited && { scopes: chosen as Scope[] }),
    }
    if (limited && chosen.length === 0) return setProblem(undefined)
    const parsed = createApiKey.body.shape.name.safeParse(body.name)
    if (!parsed.success) return setProblem(fieldSentence('Name', parsed.error.issues[0]?.message ?? ''))
    setProblem(undefined)
    create.mutate(body, { onSuccess: onCreated })
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
          description="Where you will use it, so that you know later what to revoke."
          placeholder="Training Server"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          maxLength={120}
          data-autofocus
        />
        <Switch
          label="Advanced: limit permissions"
          description={
            limited ? undefined : 'Without limits a key may read and change everything in the workspace.'
          }
          checked={limited}
          onChange={(event) => setLimited(event.currentTarget.checked)}
        />
        <Collapse expanded={limited}>
          <Checkbox.Group
            value={chosen}
            onChange={setChosen}
            aria-label="Permissions"
            error={limited && chosen.length === 0 ? 'Choose at least one, or turn the limits off' : undefined}
          >
            <Stack gap="sm" pb={4}>
              {scopes.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={scopeWords[scope].label}
                  description={scopeWords[scope].grants}
                />
              ))}
            </Stack>
          </Checkbox.Group>
        </Collapse>
        <ErrorNote error={create.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={limited && chosen.length === 0}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const Ready = ({ created, onClose }: { created: CreatedApiKey; onClose: () => void }) => (
  <Stack>
    <Alert color="gate" icon={<IconCircleCheck size={18} />} title={`“${created.name}” works from now on`}>
      Keep it like a password. You can see it again any time under Settings, API keys.
    </Alert>
    <Code block fz="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }} data-testid="new-key">
      {created.key}
    </Code>
    <CopyWideButton value={created.key} label="Copy the key" data-autofocus />
    <Text fw={600} fz="sm" mt="xs">
      How to use it
    </Text>
    <UseExamples keyPrefix={created.keyPrefix} value={created.key} revealed />
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        Done
      </Button>
    </Group>
  </Stack>
)

export default CreateApiKeyDialog
