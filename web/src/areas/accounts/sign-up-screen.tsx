import { Button, Divider, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { signUp } from '#contract/accounts.ts'
import { besideFields, fieldErrorsOf } from '../../api/problem.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { TextLink } from '../../ui/link-button.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { useSignUp } from './queries.ts'
import { ProviderButtons, useOffersProviders } from './security/provider-buttons.tsx'
import { WelcomeFrame } from './welcome-frame.tsx'

const labels = { email: 'Email', password: 'Password' }

export const SignUpScreen = () => {
  const navigate = useNavigate()
  const begin = useSignUp()
  const offersProviders = useOffersProviders()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: validateWith(signUp.body, labels, { email: 'Enter an address such as you@example.com' }),
  })
  const submit = form.onSubmit((values) =>
    begin.mutate(values, {
      onSuccess: () => navigate({ to: '/verify' }),
      onError: (error) => form.setErrors(fieldErrorsOf(error, labels)),
    }),
  )
  return (
    <WelcomeFrame
      title="Create your account"
      lead="We mail you a six-digit code, then you choose a username and where your data lives."
      foot={
        <>
          Already have an account?{' '}
          <TextLink to="/sign-in" inherit underline="always">
            Sign in
          </TextLink>
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            placeholder="you@example.com"
            autoFocus
            {...form.getInputProps('email')}
          />
          <NewPasswordField {...form.getInputProps('password')} value={form.values.password} />
          <ErrorNote error={besideFields(begin.error)} />
          <Button type="submit" loading={begin.isPending} size="md">
            Continue
          </Button>
        </Stack>
      </form>
      {offersProviders && <Divider label="or" />}
      <Stack gap="sm">
        <ProviderButtons />
      </Stack>
    </WelcomeFrame>
  )
}
