import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { z } from 'zod'
import { Password } from '#contract/common.ts'
import { besideFields, fieldErrorsOf } from '../../api/problem.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { LinkButton, TextLink } from '../../ui/link-button.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { useResetPassword } from './queries.ts'
import { WelcomeFrame } from './welcome-frame.tsx'

const labels = { password: 'Password' }
const schema = z.object({ password: Password })

/** Reached by the mailed link only. */
export const ResetPasswordScreen = ({ token }: { token?: string }) => {
  const navigate = useNavigate()
  const reset = useResetPassword()
  const form = useForm({ initialValues: { password: '' }, validate: validateWith(schema, labels) })

  if (!token) {
    return (
      <WelcomeFrame
        title="This link is not complete"
        lead="Open the link from our mail once more, or ask for a new one."
      >
        <LinkButton to="/forgot-password" size="md">
          Ask for a new link
        </LinkButton>
      </WelcomeFrame>
    )
  }
  const submit = form.onSubmit(({ password }) =>
    reset.mutate(
      { token, password },
      {
        onSuccess: () => navigate({ to: '/sign-in', search: { reset: 'done' } }),
        onError: (error) => form.setErrors(fieldErrorsOf(error, labels)),
      },
    ),
  )
  return (
    <WelcomeFrame
      title="Set a new password"
      lead="You will be signed out everywhere and sign in with the new one."
      foot={
        Boolean(besideFields(reset.error)) && (
          <TextLink to="/forgot-password" inherit underline="always">
            Ask for a new link
          </TextLink>
        )
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <NewPasswordField
            label="New password"
            autoFocus
            {...form.getInputProps('password')}
            value={form.values.password}
          />
          <ErrorNote error={besideFields(reset.error)} />
          <Button type="submit" loading={reset.isPending} size="md">
            Set password
          </Button>
        </Stack>
      </form>
    </WelcomeFrame>
  )
}
