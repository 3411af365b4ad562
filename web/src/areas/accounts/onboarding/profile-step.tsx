import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { finishOnboarding } from '#contract/accounts.ts'
import { useCases } from '#contract/profile-fields.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import type { Draft } from './draft.ts'
import { UsernameField, useUsernameVerdict } from './username-field.tsx'

const labels = { displayName: 'Display name', company: 'Company', username: 'Username' }
const schema = finishOnboarding.body.pick({ displayName: true, company: true, username: true })

type Part = Pick<Draft, 'displayName' | 'username' | 'company' | 'useCase'>
type Props = { draft: Draft; error: unknown; onDone: (part: Part) => void }

export const ProfileStep = ({ draft, error, onDone }: Props) => {
  const form = useForm<Part>({
    initialValues: {
      displayName: draft.displayName,
      username: draft.username,
      company: draft.company,
      useCase: draft.useCase,
    },
    validate: ({ useCase: _, ...values }) =>
      validateWith(schema, labels, {
        displayName: values.displayName.trim()
          ? 'Display name must be at most 100 characters'
          : 'Enter your name',
        username: values.username ? 'See the note below the field' : 'Choose a username',
      })(values),
  })
  const verdict = useUsernameVerdict(form.values.username)
  const submit = form.onSubmit((values) => {
    if (verdict.state === 'taken' || verdict.state === 'reserved') return
    onDone({ ...values, displayName: values.displayName.trim(), company: values.company.trim() })
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <ErrorNote error={error} />
        <TextInput
          label="Display name"
          placeholder="Ada Lovelace"
          autoComplete="name"
          withAsterisk
          autoFocus
          {...form.getInputProps('displayName')}
        />
        <UsernameField
          value={form.values.username}
          onChange={(value) => form.setFieldValue('username', value)}
          verdict={verdict}
          missing={form.values.username === '' ? form.errors.username : undefined}
        />
        <TextInput
          label="Company or organization"
          description="Optional"
          autoComplete="organization"
          {...form.getInputProps('company')}
        />
        <Select
          label="What will you use it for?"
          description="Optional"
          placeholder="Choose one"
          data={[...useCases]}
          clearable
          value={form.values.useCase || null}
          onChange={(value) => form.setFieldValue('useCase', value ?? '')}
        />
        <Group justify="flex-end" mt="sm">
          <Button type="submit" size="md">
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
