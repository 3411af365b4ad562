import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { addEmail } from '#contract/emails.ts'
import { isApiError } from '../../../api/client.ts'
import { fieldErrorsOf } from '../../../api/problem.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import { type EmailAddress, useAddEmail } from './queries.ts'

type Props = { onClose: () => void; onAdded: (email: EmailAddress) => void }

export const AddEmailForm = ({ onClose, onAdded }: Props) => {
  const add = useAddEmail()
  const form = useForm({
    initialValues: { email: '' },
    validate: validateWith(addEmail.body, {}, { email: 'Enter an address such as you@example.com' }),
  })
  const submit = form.onSubmit(({ email }) =>
    add.mutate(email, {
      onSuccess: onAdded,
      onError: (error) =>
        form.setErrors(
          // Whether others use an address is told to nobody; this one is on the person's own list.
          isApiError(error, 'email_in_use')
            ? { email: 'This address is on your list already' }
            : fieldErrorsOf(error, { email: 'Email' }),
        ),
    }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={420}>
        <TextInput
          label="New email"
          description="We mail a six-digit code to it."
          type="email"
          autoComplete="email"
          placeholder="you@example.com"
          autoFocus
          {...form.getInputProps('email')}
        />
        <ErrorNote error={isApiError(add.error, 'email_in_use') ? null : add.error} />
        <Group gap="sm">
          <Button type="submit" loading={add.isPending}>
            Add and send a code
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
