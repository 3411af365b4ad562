import { Button, Collapse, Group, Modal, Stack, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { createApiKey } from '#contract/api-keys.ts'
import { fieldSentence } from '../../api/problem.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { LimitsFields } from './limits-fields.tsx'
import { type Limits, limitsOf, limitsProblems, noLimits } from './limits-form.ts'
import { NewApiKey } from './new-api-key.tsx'
import { type CreatedApiKey, useCreateApiKey } from './queries.ts'

type Props = { opened: boolean; onClose: () => void; onCreated?: (key: CreatedApiKey) => void }

/** Asks for a name and, for who wants them, limits; then shows the new key and how to use it. */
const CreateApiKeyDialog = ({ opened, onClose, onCreated }: Props) => {
  const [created, setCreated] = useState<CreatedApiKey>()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setCreated(undefined)}
      title={created ? 'Your key is ready' : 'Create an API key'}
      size={created ? 'lg' : 'md'}
      // A slip of the hand would lose a value that is shown once.
      closeOnClickOutside={!created?.showOnce}
      closeOnEscape={!created?.showOnce}
    >
      {created ? (
        <NewApiKey created={created} onClose={onClose} />
      ) : (
        <CreateForm
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

type FormProps = { onClose: () => void; onCreated: (key: CreatedApiKey) => void }

const CreateForm = ({ onClose, onCreated }: FormProps) => {
  const create = useCreateApiKey()
  const [name, setName] = useState('')
  const [advanced, setAdvanced] = useState(false)
  const [limits, setLimits] = useState<Limits>(noLimits)
  const [tried, setTried] = useState(false)

  const named = createApiKey.body.shape.name.safeParse(name.trim() || undefined)
  const problems = advanced ? limitsProblems(limits, new Date()) : {}

  const submit = () => {
    setTried(true)
    if (!named.success || Object.keys(problems).length > 0) return
    create.mutate(
      { ...(named.data && { name: named.data }), ...(advanced && limitsOf(limits, new Date())) },
      { onSuccess: onCreated },
    )
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
          error={tried && !named.success && fieldSentence('Name', named.error.issues[0]?.message ?? '')}
          maxLength={120}
          autoComplete="off"
          data-autofocus
        />
        <Switch
          label="Advanced"
          description={
            advanced
              ? undefined
              : 'Limit what it may do, how long and from where. Else it may read and change everything in the workspace.'
          }
          checked={advanced}
          onChange={(event) => setAdvanced(event.currentTarget.checked)}
        />
        <Collapse expanded={advanced}>
          <LimitsFields limits={limits} onChange={setLimits} problems={tried ? problems : {}} />
        </Collapse>
        <ErrorNote error={create.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CreateApiKeyDialog
