import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { forgotPassword } from '#contract/accounts.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { TextLink } from '../../ui/link-button.tsx'
import { useForgotPassword } from './queries.ts'
import { MailboxHint, WelcomeFrame } from './welcome-frame.tsx'

export const ForgotPasswordScreen = () => {
  const ask = useForgotPassword()
  const form = useForm({
    initialValues: { email: '' },
    validate: validateWith(forgotPassword.body, {}, { email: 'Enter an address such as you@example.com' }),
  })
  const back = (
    <TextLink to="/sign-in" inherit underline="always">
      Back to sign in
    </TextLink>
  )
  if (ask.isSuccess) {
    return (
      <WelcomeFrame
        title="Check your mail"
        lead={`If ${ask.variables} belongs to an account, a link to set a new password is on its way. It works once, for 30 minutes.`}
        foot={back}
      >
        <MailboxHint />
      </WelcomeFrame>
    )
  }
  return (
    <WelcomeFrame
      title="Reset your password"
      lead="Tell us your email address and we send you a link to set a new password."
      foot={back}
    >
      <form onSubmit={form.onSubmit(({ email }) => ask.mutate(email))} noValidate>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            placeholder="you@example.com"
            autoFocus
            {...form.getInputProps('email')}
          />
          <ErrorNote error={ask.error} />
          <Button type="submit" loading={ask.isPending} size="md">
            Send the link
          </Button>
        </Stack>
      </form>
    </WelcomeFrame>
  )
}
